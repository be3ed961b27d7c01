"""A certificate in each language, as reference pictures show it.

`python -m tests.certificates.samples` draws them anew.

Names and titles are invented. Nothing here asks a database.
"""

import datetime as dt
import io
import os
import uuid
from pathlib import Path

PAGES = Path(__file__).resolve().parent / "pages"
DOTS = 40

#: Language → name, course.
TEXTS = {
    "en": ("Siti Nurhaliza Rahman", "Preventing trafficking in persons"),
    "id": ("Ni Luh Putu Sri Wahyuni", "Pencegahan perdagangan orang"),
    "vi": ("Nguyễn Thị Ánh Đào", "Phòng ngừa mua bán người"),
    "th": ("สมชาย ศรีสุวรรณ์ปัญญา", "การป้องกันการค้ามนุษย์"),
    "lo": ("ບຸນມີ ວົງພະຈັນ", "ການປ້ອງກັນການຄ້າມະນຸດ"),
    "km": ("សុខ ចាន់ដារ៉ា គង់បញ្ញារិទ្ធិ", "ការបង្ការការជួញដូរមនុស្ស"),
    "my": ("ဒေါ်အောင်ဆန်းမြင့်ကျော်ဦး", "လူကုန်ကူးမှု တားဆီးကာကွယ်ခြင်း"),
    "bn": ("রহিমা খাতুন", "মানব পাচার প্রতিরোধ"),
    "ne": ("राम बहादुर श्रेष्ठ", "मानव बेचबिखन रोकथाम"),
    "si": ("ශ්‍රී නිමල් පෙරේරා", "පුද්ගල ජාවාරම වැළැක්වීම"),
    "ta": ("கார்த்திக் ஸ்ரீநிவாசன்", "ஆட்கடத்தலைத் தடுத்தல்"),
    "dz": ("བསོད་ནམས་རྡོ་རྗེ།", "མི་ཚོང་འཕྲུལ་བཀག་ཐབས།"),
    "ar": ("محمد فاروق أحمد خان", "منع الاتجار بالأشخاص"),
    "prs": ("می‌راد حسینی", "جلوگیری از قاچاق انسان"),
    "fa": ("مهرداد حسینی", "پیشگیری از قاچاق انسان"),
    "ur": ("محمد فاروق احمد خان", "انسانی سمگلنگ کی روک تھام"),
    "ps": ("ګل مکۍ وردګ", "د انسانانو د قاچاق مخنیوی"),
    "dv": ("އަޙްމަދު ނަޝީދު", "މީހުން ޓްރެފިކްކުރުން ހުއްޓުވުން"),
    "mn": ("Батбаяр Өнөрцэцэг", "Хүн худалдаалахаас урьдчилан сэргийлэх"),
    "zh-hans": ("王小明", "预防人口贩运"),
    "ja": ("山田 花子", "人身取引の防止"),
    "ko": ("김민서", "인신매매 예방"),
}
ENGLISH = "Preventing trafficking in persons"
#: Besides one page in each language: name of the picture → language and how it is printed.
MORE = {
    "ur-portrait-en": ("ur", {"layout": "portrait", "with_english": True}),
    "km-en": ("km", {"with_english": True}),
    "en-portrait": ("en", {"layout": "portrait"}),
}


def award_in(language: str, *, is_signed: bool = True, **changes):
    """An award that is in no database."""
    from certificates.models import Award

    name, course = TEXTS[language]
    people = [
        {"name": "Maria Santos", "title": "Co-manager", "title_en": "Co-manager", "picture": ""},
        {"name": "Agus Wijaya", "title": "Co-manager", "title_en": "Co-manager", "picture": ""},
    ]
    return Award(
        **{
            "uuid": uuid.UUID(int=1),
            "number": "SLH-7F3K-92QD-M4XA",
            "kind": "completion",
            "holder_name": name,
            "edition": 1,
            "revision": 2,
            "language": language,
            "is_specimen": False,
            "issued_at": dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC),
            "valid_until": dt.date(2028, 11, 23),
            "snapshot": {
                "course": course,
                "course_en": ENGLISH,
                "code": "C1",
                "design_minutes": 220,
                "pass_mark": 80,
                "annex": {"on": "2026-11-23", "texts": 2, "latest": "2026-05-01", "digest": "4f1c09ab" * 8},
                "page": {"template": 1, "signatories": people if is_signed else [], "logos": []},
            },
        }
        | changes
    )


def samples():
    """Name of the picture → the text of its page."""
    from certificates.documents import text_of

    address = "https://learn.example.org/verify/SLH-7F3K-92QD-M4XA#" + "aZ09_-" * 32
    wanted = {language: (language, {}) for language in TEXTS} | MORE
    return {
        name: text_of(award_in(language), address=address, found={}, **how) for name, (language, how) in wanted.items()
    }


def grey(png: bytes):
    """A page as the picture that is compared."""
    from PIL import Image

    return Image.open(io.BytesIO(png)).convert("L").quantize(16).convert("L")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from certificates.rendering import picture_of

    for name, text in samples().items():
        grey(picture_of(text, dots_per_inch=DOTS)).quantize(16).save(PAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
