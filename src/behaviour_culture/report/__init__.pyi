from behaviour_culture.report.write import write_report as write_report
