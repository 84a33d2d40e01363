"""Reading ease in each language's own form; where there is none, nothing is made up."""

import pytest

from agent.documents.reading_ease import reading

EASY = {
    "en": "Keep it dry. You may shower. Pat it dry.",
    "es": "No lo moje. Puede comer pan. Tome agua.",
    "fr": "Lavez la peau. Buvez de l'eau.",
    "de": "Trinken Sie viel. Ruhen Sie sich aus.",
    "it": "Beva acqua. Non corra oggi.",
    "pt": "Beba água. Não corra hoje.",
    "ru": "Пейте воду. Не мойте его.",
}
HARD = {
    "en": "Postoperative immobilisation necessitates considerable precautionary anticoagulation administration.",
    "es": "La inmovilización postoperatoria requiere consideraciones anticoagulantes particularmente individualizadas.",
    "fr": "L'immobilisation postopératoire nécessite habituellement une anticoagulation individualisée.",
    "de": "Postoperative Immobilisierung erfordert Antikoagulationsmedikamentenverabreichung.",
    "it": "L'immobilizzazione postoperatoria necessita particolari considerazioni anticoagulanti.",
    "pt": "A imobilização pós-operatória necessita considerações anticoagulantes individualizadas.",
    "ru": "Послеоперационная иммобилизация предполагает антикоагулянтную профилактику.",
}


@pytest.mark.parametrize("tag", EASY)
def test_short_words_are_easier_than_long_ones(tag: str) -> None:
    easy, hard = reading(EASY[tag], tag), reading(HARD[tag], tag)
    assert easy is not None
    assert hard is not None
    assert easy.ease > hard.ease
    assert hard.level == "hard"
    assert easy.level != "hard"
    assert (easy.grade is not None) == (tag == "en")


def test_where_no_measure_is_known_none_is_given() -> None:
    assert reading("Kenbe l sèk.", "ht") is None
    assert reading("حافظوا على الضماد جافًا.", "ar") is None
    assert reading("  …", "en") is None
