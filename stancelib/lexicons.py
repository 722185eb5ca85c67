"""Word lists of our own: the cues that carry stance in news prose, and common English words.

The lists were written for this project from the codebook, not taken from a published lexicon.
An entry ending in ``*`` stands for every word that begins so; an entry of two words stands for
the two in a row. They are features, not rules: training decides what each category is worth.
"""

from __future__ import annotations

__all__ = [
    "CUES",
    "ENGLISH_WORDS",
    "FOREIGN_WORDS",
    "NEGATIONS",
    "SCOPE_ENDS",
    "cue_names",
    "english_balance",
    "pair_cue_names",
]

NEGATIONS = frozenset(
    "not no never without nor neither hardly scarcely barely nobody none cannot nothing nowhere rarely "
    "can't won't don't doesn't didn't isn't aren't wasn't weren't wouldn't couldn't shouldn't hasn't "
    "haven't hadn't mustn't needn't".split()
)
"""Words that negate what follows them in the same clause."""

SCOPE_ENDS = frozenset('. , ; : ! ? " ( ) – — but although though while'.split())
"""Tokens that end the scope of a negation."""

CUES: dict[str, str] = {
    "welcome": """welcom* hail* applaud* prais* laud* salut* commend* congratulat* endors* embrac* cheer*
        celebrat* thank* grateful gratitude pleased delighted proud""",
    "back": """back backs backed backing support supports supported supporting supporter supporters favour favours
        favoured favor favors favored approv* advocat* champion* ratif* adopt adopts adopted agreed
        in_favour in_favor signed_up stand_by stands_by green_light""",
    "commit": """pledg* commit commits committed committing commitment contribut* provid* deploy deploys send sends
        sent join joins joined joining finance* donat* earmark* will_send will_provide will_join will_contribute
        will_pay ready_to stands_ready stand_ready set_aside sign_up take_part taking_part place_at""",
    "good": """vital essential indispensable crucial necessary needed overdue historic milestone landmark success*
        effective* strengthen* bolster* deter deters deterrence reassur* promising progress improv* benefit*
        valuable useful works worked worth credible robust solid proven stabil* safer breakthrough achievement
        opportunity best right_step step_forward turning_point""",
    "doubt": """doubt* sceptic* skeptic* question questions questioned questioning unclear uncertain* unanswered
        unresolved wonder* whether reservation* hesita* reluctan* wary cautio* misgiving* qualm* unconvinced
        unsure unease uneasy worr* concern concerns concerned anxi* hesitant lukewarm ambivalen* open_question
        questions_remain remains_unclear remains_open not_yet yet_to""",
    "risk": """risk* danger* escalat* provok* provoc* overstretch* vulnerab* fragil* gap gaps shortfall* shortage*
        lack lacks lacked lacking obstacle* hurdle* stumbling difficult* challenge* drawback* delay* stall*
        setback* thin costly expensive unaffordable burden* duplicat* patchwork""",
    "condition": """if unless until provided conditional condition conditions precondition* prerequisite* depend*
        once subject_to as_long provided_that only_if only_when only_after on_condition in_principle
        contingent before hinges hinge""",
    "refuse": """reject* refus* oppos* veto* block blocks blocked blocking boycott* denounc* condemn* withdraw*
        quit quits pull_out pulls_out pulled_out abandon* cancel* scrap scraps scrapped scrapping repeal*
        rule_out ruled_out rules_out will_not would_not not_our no_part against terminat* dismantl*
        object objects objected objection* resist* unacceptable never""",
    "blame": """sham farce illusion* mistake* fail fails failed failing failure* useless pointless senseless
        illegal* unlawful illegitima* unconstitutional aggressi* hostile militaris* militariz* imperialis*
        colonial* puppet* betray* reckless irresponsib* disaster* catastroph* fiasco folly absurd nonsense
        waste* charade hypocri* harm* destabil* undermin* threaten* accus* blunder* adventur* legitimate_target
        so_called""",
    "hedge": """perhaps maybe possibl* probabl* likely apparently reportedly seem* appear* suggest* somewhat
        rather partly broadly largely may might could arguably presumably""",
    "modal": "must should ought need needs needed has_to have_to needs_to shall",
    "contrast": """but however although though yet while whereas despite nevertheless nonetheless still instead
        even_if even_though""",
    "report": """said says say told tells added adds according stated noted explained described announced reported
        asked replied argued argues warned warns insisted insists stressed stresses""",
    "procedure": """meet meets met meeting meetings discuss* schedul* agenda session summit committee talks
        consult* chair* delegat* convene* attend* negotiat* document communiqu* declaration article paragraph""",
    "compose": """consist* compris* compos* includ* headquarter* founded established launched created members member
        numbering personnel based mandate statute* secretariat""",
}
"""Categories of cues; ``_`` joins the two words of a pair."""

ENGLISH_WORDS = frozenset(
    """the and that which with would their from this have has will they been who were are when what where could
    should after about between there its his than but these those other because while before during against
    through under over into also only such""".split()
)
"""Frequent words that are English and hardly anything else."""

FOREIGN_WORDS = frozenset(
    """de la le les des du et dans une un que qui pour sur est el los las del y en por para con una il lo gli che
    di della nel per non sono der die das und den dem ein eine zu mit auf für nicht ist het een van dat niet ook
    zijn og det att och som på av ikke är till til o os as da do em uma não com dos na nie się że jest ve bir bu
    için""".split()
) - {"as", "do", "on"}
"""Frequent words of other languages in Latin letters that are rare in English prose."""


def english_balance(token: str) -> int:
    """1 for a word that is English alone, -1 for a frequent foreign word or one in other letters, else 0.

    Examples
    --------
    >>> [english_balance(word) for word in ("the", "und", "коалиция", "Paris")]
    [1, -1, -1, 0]
    """
    if token in ENGLISH_WORDS:
        return 1
    return -int(token in FOREIGN_WORDS or (token[0].isalpha() and token[0] > LAST_LATIN))


LAST_LATIN = "\u024f"


def _categories(spaced: bool, prefix: bool) -> dict[str, tuple[str, ...]]:
    """Categories of each entry: of one word or of two, whole or the beginning of a word."""
    found: dict[str, tuple[str, ...]] = {}
    for name, entries in CUES.items():
        for entry in entries.split():
            if ("_" in entry) is spaced and entry.endswith("*") is prefix:
                words = entry.rstrip("*").replace("_", " ")
                found[words] = (*found.get(words, ()), name)
    return found


_WORDS = _categories(spaced=False, prefix=False)
_PREFIXES = _categories(spaced=False, prefix=True)
_PREFIX_LENGTHS = sorted({len(prefix) for prefix in _PREFIXES})
_PAIRS = _categories(spaced=True, prefix=False)


def cue_names(token: str) -> tuple[str, ...]:
    """The cue categories that a normalized token belongs to.

    Examples
    --------
    >>> cue_names("rejected")
    ('refuse',)
    """
    names = set(_WORDS.get(token, ()))
    for length in _PREFIX_LENGTHS:
        if length > len(token):
            break
        names.update(_PREFIXES.get(token[:length], ()))
    return tuple(sorted(names))


def pair_cue_names(left: str, right: str) -> tuple[str, ...]:
    """The cue categories that two adjacent normalized tokens belong to.

    Examples
    --------
    >>> pair_cue_names("only", "if")
    ('condition',)
    """
    return _PAIRS.get(f"{left} {right}", ())
