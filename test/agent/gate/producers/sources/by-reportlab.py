# A certificate by ReportLab: Flate and ASCII85, an embedded TrueType font, an image with a soft mask, a form on both pages.
import sys
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

name, number, seal, out = sys.argv[1:]
pdfmetrics.registerFont(TTFont('text', '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'))
canvas = Canvas(out, pagesize=A4)
canvas.beginForm('ground')
canvas.setStrokeGray(0.8)
canvas.line(40, 40, 555, 40)
canvas.endForm()
for page in (1, 2):
    canvas.doForm('ground')
    canvas.setFont('Helvetica', 20)
    canvas.drawString(200, 760, 'CERTIFICATE')
    canvas.setFont('text', 12)
    canvas.drawString(60, 700, f'{name} {number}, page {page} of 2')
    canvas.drawImage(seal, 440, 90, 60, 60, mask='auto')
    canvas.showPage()
canvas.save()
