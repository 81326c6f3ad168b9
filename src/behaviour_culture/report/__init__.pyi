from behaviour_culture.report.html import render_html as render_html
from behaviour_culture.report.parts import ReportParts as ReportParts
from behaviour_culture.report.workbook.reading import PlanWorkbook as PlanWorkbook
from behaviour_culture.report.workbook.reading import read_plan_workbook as read_plan_workbook
from behaviour_culture.report.workbook.writing import write_plan_workbook as write_plan_workbook
from behaviour_culture.report.write import write_report as write_report
