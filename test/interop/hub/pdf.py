"""A certificate as a PDF file, each page stamped as it is drawn (documents.md)."""

import hashlib
import io

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from cbor import encode
from city import MUNICIPALITIES

A4 = (595.276, 841.89)
ROWS = 20


def load_font(path):
    """The font of the certificates, once: it is embedded."""
    pdfmetrics.registerFont(TTFont("body", path))


def render(resident, order, transaction, subject):
    """The file, its number of pages, and its digest as it is closed. `subject` is made from this resident's record."""
    city = MUNICIPALITIES[order["municipality"]]
    kind, options = city["kinds"][order["kind"]], order["options"]
    shown = [m for n, m in enumerate(resident["household"]) if n in options.get("members", [n])]
    pages = [shown[at:at + ROWS] for at in range(0, len(shown), ROWS)]
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, pageCompression=1, invariant=1)
    for number, members in enumerate(pages, 1):
        stamp = encode({"transaction": transaction, "subject": subject, "page": number, "pages": len(pages)})
        canvas._code.append(f"/Madoguchi <</Stamp <{stamp.hex()}>>> BDC EMC")
        canvas.setFont("body", 20)
        canvas.drawCentredString(A4[0] / 2, 770, kind["title"])
        canvas.setFont("body", 11)
        canvas.drawString(60, 730, resident["address"])
        for row, member in enumerate(members):
            relation = member["title"] if options.get("relation") == "shown" else ""
            text = f"{member['name']}  {member['romaji']}  {member['born']}  {relation}"
            canvas.drawString(60, 700 - 30 * row, text)
        canvas.drawString(60, 60, f"{city['name']}長  ({number}/{len(pages)})")
        canvas.showPage()
    canvas.save()
    return file.getvalue(), len(pages), hashlib.sha256(file.getvalue()).digest()
