from behaviour_culture.report.html import render_html as render_html
from behaviour_culture.report.parts import ReportParts as ReportParts
from behaviour_culture.report.write import write_report as write_report
