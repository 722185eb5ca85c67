"""Learn where English news sentences end, and write the reviewed result for the library.

Punkt (Kiss and Strunk, 2006) reads the corpus without labels and finds abbreviations, words that
start sentences and words that are lowercase unless they start one. What it finds counts only as far
as it was reviewed: abbreviations and starters not listed below are printed for review and left out.

    python training/learn_sentences.py [--corpus training/corpus] [--output stancelib/data/sentences.json]
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

TITLES = """
Adm Amb Asst Brig Capt Cdr Cllr Cmdr Col Comdr Cpl Cpt Dr Drs Ens Eng Fr Ft Gen Gov Hon Insp Lieut Lt
M Maj Messrs Mlle Mme Mmes Mr Mrs Ms Msgr Mt Mx Pfc Pres Prof Pte Pvt Rep Reps Rev Sen Sens Sgt
Rt Ste Supt Treas hon rt ADM CAPT COL DR GEN GOV LT MAJ MR MRS MS PROF REP REV SEN SGT
"""
"""A name follows: these never end a sentence."""

WITHIN = """
e.g i.e eg ie cf Cf vs v viz approx ca c incl excl resp aka a.k.a f.k.a i.a q.v Temp temp
"""
"""Something always follows: these never end a sentence either, whatever comes next."""

NUMBERED = """
No Nos Nr Art Arts art arts Sec Secs sec Sect Fig Figs fig figs p pp Vol Vols vol vols Ch Chs ch chap
Chap Cl cl Para Paras para paras Pt Reg Regs Res S.Res H.R Ex Exh Eq n nn l ll app Ann
"""
"""An abbreviation before a number, otherwise the end of a sentence ("Did he agree? No. He left.")."""

MONTHS = """
Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec JAN FEB AUG SEPT OCT NOV DEC
"""
"""Before a number the day or year of a date follows; otherwise the next word decides."""

CLOSING = """
a.m p.m U.S U.S.A U.K U.N E.U D.C B.C A.D C.E B.C.E Ph.D M.A B.A M.D LL.M LL.D D.Phil M.P P.M V.P
C.I.A F.B.I O.K etc al ibid Inc Ltd Co Corp Cos Bros plc Plc PLC LLC L.P S.A N.V A.G S.p.A Pty GmbH Jr Sr
Esq ret Ret MBE K.C Q.C bn mn tn mio mln bln km cm mm kg lb lbs oz ft yd yds mi sq cu hr hrs min mins
mph kph kts dept Dept Div div est Est assn Assn natl Natl intl Intl Int'l govt Govt Gov't admin Admin
Univ univ Inst Acad Soc Min Mil mil avg max tel Tel ext ed eds Ed Eds trans St Ave Blvd Rd Sq Hwy
Bldg Mon Tue Tues Wed Thu Thur Thurs Fri Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Mass
Md Mich Minn Miss Mo Mont Neb Nev Okla Ont Ore Pa Que Tenn Tex Va Vt Wash Wis Wyo
"""
"""These may end a sentence: the next word decides."""

NAMES_WITH_MARKS = "Yahoo Jeopardy"
"""Names written with an exclamation or question mark that ends nothing."""

STARTERS = """
A About Above According Across After Afterwards Again Against All Almost Along Already Also Although Among
An And Another Any Anyone As Asked At Because Before Behind Besides Between Both But By Can Can't Clearly
Critics Could Did Didn't Do Does Don't Despite During Each Earlier Either Elsewhere Even Eventually Every
Everyone Everything Few Finally For From Further Furthermore Given Had Has Have He He'd He'll He's Hence Her
Here His How However I I'd I'll I'm I've If In Indeed Instead Is Isn't It It'll It's Its Just Last Later
Likewise Many Maybe Meanwhile Moreover Most Mr Mrs Ms Much My Neither Nevertheless Next No Nobody None
Nonetheless Nor Not Nothing Now Of Officials Often On Once One Only Or Other Others Otherwise Our
Over Perhaps Rather Replying Several She She'd She'll She's Should Since So Some Someone Sometimes Soon
Speaking Still Such Supporters That That's The Their Then There There's Thereafter Therefore These They
They'd They'll They're They've This Those Though Three Through Throughout Thus To Today Together Tomorrow
Tonight Two Under Unless Unlike Until Upon Very Was We We'd We'll We're We've Were What What's Whatever
When Whenever Where Whereas Whether Which While Who Who's Whose Why With Within Without Would Yesterday
Yet You You're Your
"""
"""Words that, capitalised after an abbreviation, start a new sentence."""

REJECTED_ABBREVIATIONS = "afp axe hay k peg pti r rim s t tai ulm yap"
"""Learned, but words, agencies or initials: a sentence may end with them."""

REJECTED_STARTERS = "algeria beijing belgrade brazil q sir spain"
"""Learned, but names and forms of address, which follow abbreviations inside a sentence."""

NOT_COMMON = """
air allied ambassador army ballistic bank base battalion bill board brigade cabinet camp capital central
chairman chamber chancellor chief civil coalition coast combined command commander commission commissioner
committee common conference congress constitution consul corps council country county court cyber defence
defense delegation democratic department deputy development diplomatic district division embassy energy
envoy european executive expeditionary exercise federal fifth first fleet force forces foreign former fourth
general global government governor guard high house human initiative intelligence interior international
joint judge justice labour law league marine maritime marshal mayor military minister ministry mission
multinational national naval navy new northern office open operation pact parliament party patrol peace
peacekeeping permanent plan police post power president press prime prince programme province public
regional representative republic rights river royal second secretary security senate senator senior service
ship ships southern space special staff state strategic strike summit supreme task third trade training
treasury treaty troops union united university war western world
"""
"""Lowercase in the corpus, but often part of a name after "U.S." or "U.N."."""

REPORTING_VERBS = """
said says say told tells tell asked asks ask added adds add warned warns argued argues argue insisted
insists replied replies answered answers wrote writes noted notes stressed stresses explained explains
declared declares announced announces admitted admits acknowledged acknowledges conceded concedes claimed
claims recalled recalls remarked remarks observed observes continued continues concluded concludes
countered counters complained complains joked jokes quipped quips shouted shouts cried cries muttered mutters
whispered whispers urged urges vowed vows pledged pledges promised promises predicted predicts maintained
maintains suggested suggests stated states commented comments confirmed confirms denied denies cautioned
cautions lamented laments snapped snaps retorted retorts thundered thunders posted posts tweeted tweets
"""
"""Verbs that attribute a quotation to somebody."""


def read_texts(folder: Path) -> list[str]:
    """Texts of every corpus line in the folder, files in order of their names."""
    lines = (line for path in sorted(folder.glob("*.jsonl")) for line in path.open(encoding="utf-8"))
    return [json.loads(line)["text"] for line in lines if line.strip()]


def train_punkt(texts: Iterable[str]) -> Any:
    """Punkt's parameters for the texts: abbreviations, sentence starters, orthography."""
    from nltk.tokenize.punkt import PunktTrainer

    return PunktTrainer("\n\n".join(texts)).get_params()


def common_words(parameters: Any, texts: Iterable[str], at_least: int = 4) -> list[str]:
    """Words often lowercase and never capitalised inside a sentence: capitalised, they start one."""
    from nltk.tokenize import punkt

    counts = Counter(word.strip('.,;:!?"“”()') for text in texts for word in text.split())
    excluded = set(NOT_COMMON.split())
    return sorted(
        word
        for word, context in parameters.ortho_context.items()
        if context & punkt._ORTHO_LC and not context & punkt._ORTHO_MID_UC
        if word.isalpha() and len(word) > 1 and word not in excluded and counts[word] >= at_least
    )


def unreviewed(parameters: Any) -> dict[str, list[str]]:
    """What Punkt learned and nobody has accepted or rejected yet."""
    hand_lists = TITLES + WITHIN + NUMBERED + MONTHS + CLOSING
    accepted = {word.lower() for word in hand_lists.split()}
    abbreviations = parameters.abbrev_types - accepted - set(REJECTED_ABBREVIATIONS.split())
    starters = parameters.sent_starters - {word.lower() for word in STARTERS.split()}
    return {
        "abbreviations": sorted(abbreviations),
        "sentence starters": sorted(starters - set(REJECTED_STARTERS.split())),
    }


def build_rules(parameters: Any, texts: Iterable[str]) -> dict[str, Any]:
    """The reviewed rules in the form the library reads."""
    kinds = {"title": TITLES, "within": WITHIN, "numbered": NUMBERED, "month": MONTHS, "closing": CLOSING}
    return {
        "about": "English sentence rules; written by training/learn_sentences.py, do not edit here",
        "abbreviations": {kind: sorted(set(words.split())) for kind, words in kinds.items()},
        "names_with_marks": NAMES_WITH_MARKS.split(),
        "starters": sorted(set(STARTERS.split())),
        "common_words": common_words(parameters, texts),
        "reporting_verbs": sorted(set(REPORTING_VERBS.split())),
    }


def main() -> None:
    """Learn, print what needs review, write the rules."""
    parser = argparse.ArgumentParser(description="Learn where English news sentences end.")
    parser.add_argument("--corpus", type=Path, default=ROOT / "training" / "corpus")
    parser.add_argument("--output", type=Path, default=ROOT / "stancelib" / "data" / "sentences.json")
    options = parser.parse_args()
    texts = read_texts(options.corpus)
    if not texts:
        parser.error(f"no *.jsonl lines in {options.corpus}")
    parameters = train_punkt(texts)
    for what, words in unreviewed(parameters).items():
        print(f"{what} learned but not reviewed (left out): {', '.join(words) or 'none'}")
    rules = json.dumps(build_rules(parameters, texts), ensure_ascii=False, indent=0)
    options.output.write_text(rules + "\n", encoding="utf-8")
    print(f"{options.output}: learned from {len(texts)} passages")


if __name__ == "__main__":
    main()
