"""What patients text in Arabic when they book, each with all the times that must be heard and nothing else."""

# ruff: noqa: DTZ001 - the grammar works on naive wall time
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.understand.times import load_grammar

GRAMMAR = load_grammar(Path(__file__).parents[2] / "intents" / "ar" / "_times.yaml")
WEDNESDAY = datetime(2026, 3, 11, 10, 0)
MONDAY = datetime(2026, 3, 9, 8, 30)
FRIDAY = datetime(2026, 3, 13, 16, 0)
NEW_YEARS_EVE = datetime(2026, 12, 31, 9, 0)

HEARD = [
    ("بدي موعد بكرا", WEDNESDAY, "2026-03-12"),
    ("ممكن احجز بكرة الصبح", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("بكره الساعه 3", WEDNESDAY, "2026-03-12T15:00:00"),
    ("بكرا الساعة ثلاثة ونص", WEDNESDAY, "2026-03-12T15:30:00"),
    ("غدًا صباحًا", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("غدا مساء", WEDNESDAY, "2026-03-12T18:00:00/2026-03-13T00:00:00"),
    ("بعد بكرة", WEDNESDAY, "2026-03-13"),
    ("بعد بكرا العصر", WEDNESDAY, "2026-03-13T15:00:00/2026-03-13T18:00:00"),
    ("بعد غد الساعة ١١", WEDNESDAY, "2026-03-13T11:00:00"),
    ("عقب باجر", WEDNESDAY, "2026-03-13"),
    ("عندكم موعد اليوم؟", WEDNESDAY, "2026-03-11"),
    ("النهارده الساعة ٥", WEDNESDAY, "2026-03-11T17:00:00"),
    ("النهاردة بالليل", WEDNESDAY, "2026-03-11T18:00:00/2026-03-12T00:00:00"),
    ("امبارح", WEDNESDAY, "2026-03-10"),
    ("أول امبارح", WEDNESDAY, "2026-03-09"),
    ("يوم الجمعة", WEDNESDAY, "2026-03-13"),
    ("الجمعه", WEDNESDAY, "2026-03-13"),
    ("يوم الأربعاء", WEDNESDAY, "2026-03-18"),
    ("هذا الأربعاء", WEDNESDAY, "2026-03-11"),
    ("التلات الساعة 10", WEDNESDAY, "2026-03-17T10:00:00"),
    ("يوم الحد الصبح", WEDNESDAY, "2026-03-15T04:00:00/2026-03-15T12:00:00"),
    ("الاتنين ٩ ونص", WEDNESDAY, "2026-03-16T09:30:00"),
    ("يوم السبت الساعة 9 صباحا", WEDNESDAY, "2026-03-14T09:00:00"),
    ("الخميس 4:15", WEDNESDAY, "2026-03-12T16:15:00"),
    ("بالخميس", WEDNESDAY, "2026-03-12"),
    ("للثلاثاء", WEDNESDAY, "2026-03-17"),
    ("الاثنين الجاي", WEDNESDAY, "2026-03-16"),
    ("الثلاثاء القادم بعد الظهر", WEDNESDAY, "2026-03-17T12:00:00/2026-03-17T19:00:00"),
    ("يوم الثلاثاء من الأسبوع القادم", WEDNESDAY, "2026-03-17"),
    ("الاسبوع الجاي", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("الأسبوع القادم", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("هالاسبوع", WEDNESDAY, "2026-03-09/2026-03-16"),
    ("هذا الأسبوع", WEDNESDAY, "2026-03-09/2026-03-16"),
    ("أي يوم الاسبوع الجاي ما عدا الاثنين", WEDNESDAY, "2026-03-17/2026-03-23"),
    ("نهاية الأسبوع", WEDNESDAY, "2026-03-14/2026-03-16"),
    ("الويكند", WEDNESDAY, "2026-03-14/2026-03-16"),
    ("الشهر الجاي", WEDNESDAY, "2026-04-01/2026-05-01"),
    ("آخر الشهر", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("أول نيسان", WEDNESDAY, "2026-04-01"),
    ("بداية أبريل", WEDNESDAY, "2026-04-01/2026-04-11"),
    ("منتصف مايو", WEDNESDAY, "2026-05-11/2026-05-22"),
    ("بعد أسبوعين", WEDNESDAY, "2026-03-25"),
    ("بعد اسبوع", WEDNESDAY, "2026-03-18"),
    ("بعد عشرة ايام", WEDNESDAY, "2026-03-21"),
    ("بعد 3 أشهر", WEDNESDAY, "2026-06-11"),
    ("بعد يومين", WEDNESDAY, "2026-03-13"),
    ("خلال أسبوعين", WEDNESDAY, "2026-03-11/2026-03-25"),
    ("خلال شهر", WEDNESDAY, "2026-03-11/2026-04-11"),
    ("بعد نص ساعة", WEDNESDAY, "2026-03-11T10:30:00"),
    ("بعد ساعتين", WEDNESDAY, "2026-03-11T12:00:00"),
    ("الساعة ٣", WEDNESDAY, "15:00"),
    ("الساعة 8", WEDNESDAY, "08:00"),
    ("الساعة الثالثة والنصف", WEDNESDAY, "15:30"),
    ("الساعة خمسة الا ربع", WEDNESDAY, "16:45"),
    ("ثمانية وربع", WEDNESDAY, "08:15"),
    ("الساعة 4 وتلت", WEDNESDAY, "16:20"),
    ("10 ونص الصبح", WEDNESDAY, "10:30"),
    ("الساعة عشرة الصبح", WEDNESDAY, "10:00"),
    ("الساعة 8 بالليل", WEDNESDAY, "20:00"),
    ("5 العصر", WEDNESDAY, "17:00"),
    ("2 بعد الظهر", WEDNESDAY, "14:00"),
    ("الساعة ١٢ الظهر", WEDNESDAY, "12:00"),
    ("٣:٣٠ م", WEDNESDAY, "15:30"),
    ("9 ص", WEDNESDAY, "09:00"),
    ("14:30", WEDNESDAY, "14:30"),
    ("حوالي الساعة 10", WEDNESDAY, "10:00"),
    ("عالساعة 4", WEDNESDAY, "16:00"),
    ("بعد الساعة 3", WEDNESDAY, "15:00/.."),
    ("بعد ال3", WEDNESDAY, "15:00/.."),
    ("قبل الساعة ١١", WEDNESDAY, "../11:00"),
    ("من الساعة 4 وطالع", WEDNESDAY, "16:00/.."),
    ("بين ٢ و ٤", WEDNESDAY, "14:00/16:00"),
    ("من الساعة 9 للساعة 11", WEDNESDAY, "09:00/11:00"),
    ("بكرا من 3 ل 5", WEDNESDAY, "2026-03-12T15:00:00/2026-03-12T17:00:00"),
    ("الخميس بعد الساعة 5", WEDNESDAY, "2026-03-12T17:00:00/2026-03-13T00:00:00"),
    ("٢٤ مارس", WEDNESDAY, "2026-03-24"),
    ("24 آذار الساعة 3 العصر", WEDNESDAY, "2026-03-24T15:00:00"),
    ("الثلاثاء 17 مارس", WEDNESDAY, "2026-03-17"),
    ("يوم 17", WEDNESDAY, "2026-03-17"),
    ("15 شهر 4", WEDNESDAY, "2026-04-15"),
    ("خمسة وعشرين مارس", WEDNESDAY, "2026-03-25"),
    ("الأول من أبريل", WEDNESDAY, "2026-04-01"),
    ("٥ يناير", WEDNESDAY, "2027-01-05"),
    ("3/4", WEDNESDAY, "2026-04-03"),
    ("٢٤/٠٣/٢٠٢٦ الساعة ١٤:٠٠", WEDNESDAY, "2026-03-24T14:00:00"),
    ("من 20 الى 23 مارس", WEDNESDAY, "2026-03-20/2026-03-24"),
    ("من الاثنين للأربعاء", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("لحد الجمعة", WEDNESDAY, "2026-03-11/2026-03-14"),
    ("ابتداء من الاثنين", WEDNESDAY, "2026-03-16/.."),
    ("بعد يوم 20", WEDNESDAY, "2026-03-21/.."),
    ("مو الجمعة، الخميس", WEDNESDAY, "2026-03-12"),
    ("الخميس ما بقدر، خليها الجمعة", WEDNESDAY, "2026-03-13"),
    ("الليلة", WEDNESDAY, "2026-03-11T18:00:00/2026-03-12T00:00:00"),
    ("عندي وجع من 3 ايام", WEDNESDAY, "2026-03-08"),
    ("الثلاثاء الماضي", WEDNESDAY, "2026-03-10"),
    ("بكرا", NEW_YEARS_EVE, "2027-01-01"),
    ("بعد الكريسماس", WEDNESDAY, "2026-12-26/.."),
    ("كل يوم اثنين", WEDNESDAY, "P1W"),
    ("لمدة 3 ايام", WEDNESDAY, "P3D"),
    ("في أقرب وقت ممكن", WEDNESDAY, "2026-03-11/.."),
    ("الصبح بكير", WEDNESDAY, "04:00/08:00"),
    (
        "ممكن الاثنين الصبح او الثلاثاء بعد الظهر",
        FRIDAY,
        "2026-03-16T04:00:00/2026-03-16T12:00:00 2026-03-17T12:00:00/2026-03-17T19:00:00",
    ),
    ("بدي غير موعدي من الخميس للسبت ان شاء الله", WEDNESDAY, "2026-03-12/2026-03-15"),
    ("اسبوع من بكرا", WEDNESDAY, "2026-03-19"),
    ("bukra el sobo7", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
]

NOT_TIMES = [
    "صباح الخير", "مساء الخير", "عندي 3 اولاد", "ابني عمره 5 سنين", "عمري ٤٢ سنة", "باخد 20 ملغ", "رقمي 555-0142",
    "اول مرة بجي عندكم", "ممكن رأي ثاني", "ما في احد يرد", "شكرا", "لا", "نعم", "حبتين", "بدي 3 مواعيد",
    "بعد ما خلصت الدوا",
    "قبل ما اجي", "الوجع 7 من 10", "نص حبة", "العيادة بالطابق الثاني", "السلام عليكم", "اي ساعة بتفتحوا", "",
    "تصبح على خير",
    "بنتي عمرها سنتين", "سعرها ٤٠ دولار",
]  # fmt: skip


def values(text: str, now: datetime) -> str:
    """All values heard, as one line; a range as from/to."""
    found = GRAMMAR.find(text, now)
    return " ".join(each.value if isinstance(each.value, str) else "/".join(each.value) for each in found)


@pytest.mark.parametrize(("text", "now", "expected"), HEARD, ids=[row[0] for row in HEARD])
def test_an_arabic_speaker_is_heard_on_when_they_want_to_come(text: str, now: datetime, expected: str) -> None:
    assert values(text, now) == expected


@pytest.mark.parametrize("text", NOT_TIMES)
def test_arabic_words_that_only_look_like_times_are_left_alone(text: str) -> None:
    assert [each.text for each in GRAMMAR.find(text, WEDNESDAY)] == []


@pytest.mark.parametrize(
    ("text", "now", "doubtful"),
    [
        ("الجمعة الجاية", MONDAY, True),
        ("الجمعة", MONDAY, False),
        ("الجمعة 12 مارس", MONDAY, True),
        ("الجمعة ١٣ مارس", MONDAY, False),
        ("عيد الفطر", MONDAY, True),
    ],
)
def test_an_arabic_day_that_could_be_two_days_is_marked_to_be_asked(text: str, now: datetime, doubtful: bool) -> None:
    assert [each.ambiguous for each in GRAMMAR.find(text, now)] == [doubtful]
