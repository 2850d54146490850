"""What a heading or a cell says by itself: a column that is not read, a total, no choice."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stvcount.formats.tables.spelling import coded_alike

__all__ = ["Known", "is_code", "is_no_choice", "is_total", "is_trial", "known"]


@dataclass(frozen=True, slots=True)
class Known:
    """What a heading says that a column is, where it holds no votes.

    `what`: in words; `once`: whether a paper shares it with no other; `number`: whether it may as
    well be a number of papers; `papers`: whether it is that, and then whether it can be nothing
    else.
    """

    what: str
    once: bool = False
    number: bool = False
    papers: bool = False
    sure: bool = False


_IDENTIFIER = Known("identifiers", once=True)
_NUMBER = Known("identifiers", once=True, number=True)
_NUMBER_KEYS = re.compile(r"no|nr|num|number|#")
_ADDRESS = Known("addresses", once=True)
_TIME = Known("times")
_PERSON = Known("who voted")
_FORM = Known("what a form keeps of itself")
_COMMENT = Known("remarks")
_PAPERS = Known("numbers of papers", papers=True, sure=True)
_MAYBE_PAPERS = Known("numbers of papers", papers=True)

_THINGS = (
    *("paper", "ballot", "ballotpaper", "voter", "vote", "response", "respondent", "submission"),
    *("student", "member", "membership", "serial", "record", "row", "user", "entry", "form"),
    *("survey", "receipt", "session", "transaction", "case", "staff", "employee", "person"),
    *("participant", "elector", "roll", "card", "slip", "sheet", "instance", "unique", "candidate"),
    *("external", "line", "matriculation", "registration", "library", "university", "college"),
)
_THING = "|".join(sorted(_THINGS, key=len, reverse=True))
_ID_KEYS = re.compile(
    rf"(?:{_THING})?(?:id|ids|identifier|no|nr|num|number|ref|reference|code|key|uuid|guid|hash|index)"
    r"|(?:paper|ballot|ballotpaper|voter|serial|row|record|token|index|key|code|receipt|seq|sequence)"
    r"|accesscode|accesstoken|votingcode|qid|cid|uid|pid|rootuuid|#|unnamed0|sn|sno|slno"
)
_ADDRESS_KEYS = re.compile(
    r"(?:your|voter|respondent|recipient|contact|university|student|college|school|work|personal)?"
    r"(?:e?mail|emailaddress|mailaddress)(?:address)?|username|userid|login|upn"
)
_TIME_KEYS = re.compile(
    r"time|timestamp|timesubmitted|timestarted|timecompleted|submitted|submittedat|submittedon|"
    r"submissiondate|submissiontime|submissiondatetime|submissionstarted|date|datetime|dateandtime|"
    r"datesubmitted|starttime|completiontime|completedtime|completed|completedat|lastmodifiedtime|"
    r"startdate|enddate|starttimestamp|endtimestamp|recordeddate|start|end|today|submitdate|"
    r"datestamp|created|createdat|createdon|updated|updatedat|duration|durationinseconds|"
    r"interviewtime|totaltime|timetaken|timespent|lastactivity|datestarted|datecompleted|"
    r"datelastaction|datelastactiondate|grouptime[0-9]*|dateofvote|votedat|timeofvote|when"
)
_PERSON_KEYS = re.compile(
    r"name|names|fullname|firstname|lastname|surname|forename|givenname|familyname|yourname|"
    r"yourfullname|votername|respondentname|membername|studentname|recipient(?:first|last)name|"
    r"recipientemail|phone|phonenumber|mobile|mobilenumber|telephone|address|postcode|dob|"
    r"dateofbirth|nickname|pronouns|signature"
)
_FORM_KEYS = re.compile(
    r"ip|ipaddr|ipaddress|useragent|browser|device|deviceid|simserial|subscriberid|language|"
    r"startlanguage|userlanguage|userlang|locale|seed|lastpage|progress|finished|status|"
    r"responsetype|distributionchannel|locationlatitude|locationlongitude|latitude|longitude|"
    r"collector|collectorid|customdata[0-9]*|refurl|referrer|source|externalreference|"
    r"externaldatareference|totalpoints|score|points.+|feedback.+|validationstatus|submittedby|"
    r"version|tags|parentindex|parenttablename|formhubuuid|instanceid|metainstanceid|"
    r"attachments|geolocation|bambooid|xformidstring|networkid|qrecaptchascore|relevantid.*|"
    r"responsestatus|surveyname|formname|formversion|termsandconditions|consent"
)
_COMMENT_KEYS = re.compile(
    r"notes?|comments?|remarks?|why|whynot|reasons?|feedback|suggestions?|message|"
    r"(?:any|other|further|additional|anyother|anyfurther|anyadditional)"
    r"(?:comments?|notes?|remarks?|feedback|information|suggestions?|thoughts?)"
)
_PAPERS_KEYS = re.compile(
    r"(?:number|no|nr|num|count)ofpapers|papers|(?:number|no|nr|num|count)ofballots|papercount|ballotcount|"
    r"ballotpapers|(?:number|no|nr|num|count)ofballotpapers"
)
_MAYBE_PAPERS_KEYS = re.compile(
    r"weights?|weighting|counts?|n|votes|ballots|frequency|freq|multiplicity|times|quantity|qty|"
    r"tally|totals?|sums?|copies|howmany|numbers|"
    r"(?:number|no|nr|num|count)of(?:votes|voters|people|times)|votecount|votescast|totalvotes|voters|num|size"
)
_PHRASES = (
    (re.compile(r"\be-?mail\b|\be-?mail address", re.I), _ADDRESS),
    (
        re.compile(
            r"\b(student|membership|member|voter|staff|matriculation|registration|card|ballot|paper)"
            r"\s+(id|number|no\b\.?|code|reference)",
            re.I,
        ),
        _IDENTIFIER,
    ),
    (
        re.compile(r"\b(your|full|first|last|voter'?s?|family|given)\s+name\b|\bsurname\b", re.I),
        _PERSON,
    ),
    (
        re.compile(r"\b(phone|mobile|telephone)\s+number\b|\bpost ?code\b|\bip address\b", re.I),
        _PERSON,
    ),
    (re.compile(r"\b(date|time) (of|and|submitted)\b|\btimestamp\b", re.I), _TIME),
    (
        re.compile(
            r"^(any|other|further|additional|anything|why|please (explain|tell us|leave)|"
            r"do you have any|how did you hear)\b(?!.*\b(choice|preference|rank|vote for)\b)|"
            r"\bcomments?\b\??$",
            re.I,
        ),
        _COMMENT,
    ),
)


def known(heading: str) -> Known | None:
    """What the column of this heading is, where it is one of those that hold no votes."""
    text = coded_alike(heading).removeprefix("__")
    key = re.sub(r"#(?=$)", "no", text) if text.strip("# ") else text.strip()
    key = re.sub(r"[^\w#]|_", "", key)
    key = re.sub(r"^(?:no|nr)\.?$", "no", key)
    for pattern, what in (
        (_PAPERS_KEYS, _PAPERS),
        (_NUMBER_KEYS, _NUMBER),
        (_ADDRESS_KEYS, _ADDRESS),
        (_ID_KEYS, _IDENTIFIER),
        (_TIME_KEYS, _TIME),
        (_PERSON_KEYS, _PERSON),
        (_FORM_KEYS, _FORM),
        (_COMMENT_KEYS, _COMMENT),
        (_MAYBE_PAPERS_KEYS, _MAYBE_PAPERS),
    ):
        if pattern.fullmatch(key):
            return what
    return next((what for pattern, what in _PHRASES if pattern.search(text)), None)


_TOTAL = re.compile(
    r"(?:(?:grand|sub|overall|column|row)[\s-]?)?(?:totals?|sums?)"
    r"(?:\s+(?:votes?|papers|ballots|responses|voters|first preferences|cast|votes cast))?"
    r"(?:\s+cast)?\s*[:=]?\s*[0-9]*"
    r"|(?:counts?|averages?|means?|turnout|median|valid papers|votes cast|papers cast)"
    r"\s*[:=]?\s*[0-9.%]*"
    r"|(?:number of|no\. of) (?:votes|papers|ballots|responses|voters)\s*[:=]?\s*[0-9]*"
    r"|[0-9]+\s+(?:papers|ballots|responses|votes|voters|rows)(?:\s+in total)?"
    r"|(?:end of (?:file|list|export|papers|votes|ballots|data|report|responses))",
    re.IGNORECASE,
)


def is_total(cell: str) -> bool:
    """Whether a cell says that its row is a sum of others, or the end of the papers."""
    text = cell.strip()
    return len(text) < 60 and _TOTAL.fullmatch(text) is not None


_TRIAL = re.compile(
    r"(?:survey )?(?:preview|test(?:ing)?)(?: (?:response|vote|ballot|paper))?|spam", re.IGNORECASE
)


def is_trial(cell: str) -> bool:
    """Whether a cell says that its row is a trial, or otherwise no voter's."""
    return _TRIAL.fullmatch(cell.strip()) is not None


_CODE = re.compile(r"8{2,}|9{2,}")


def is_code(cell: str) -> bool:
    """Whether a cell is a figure by which surveys say that there was no answer, such as 99."""
    return _CODE.fullmatch(cell) is not None


_LONGEST_WORD = 60
_NO_CHOICE = frozenset(
    (
        *(
            "none",
            "n/a",
            "na",
            "n.a.",
            "n.a",
            "nil",
            "null",
            "nan",
            "#n/a",
            "<na>",
            "(blank)",
            "blank",
        ),
        *("no preference", "no preferences", "no further preference", "no further preferences"),
        *("no choice", "no further choice", "no further choices", "no more", "no more choices"),
        *("no vote", "no rank", "no ranking", "not ranked", "unranked", "no selection"),
        *(
            "not at all",
            "not selected",
            "unselected",
            "no answer",
            "no response",
            "not answered",
            "unanswered",
        ),
        *("skip", "skipped", "abstain", "abstained", "abstention", "abstains", "undervote"),
        *("overvote", "undervoted", "overvoted", "no opinion", "don't know", "dont know"),
        *("do not rank", "did not rank", "don't rank", "leave blank", "left blank", "empty"),
        *(
            "not applicable",
            "no one",
            "nobody",
            "no-one",
            "nothing",
            "not used",
            "unused",
            "spoilt",
        ),
        *(
            "spoiled",
            "void",
            "invalid",
            "rejected",
            "select",
            "select...",
            "please select",
            "choose",
            "choose...",
        ),
        *("please choose", "-- select --", "- select -", "--select--", "none selected", "no pref"),
        *(
            "np",
            "prefer not to say",
            "no preference given",
            "no preference stated",
            "missing",
            "no",
        ),
        *("no first choice", "no second choice", "no third choice", "not voted", "did not vote"),
        *("no further preference stated", "writein", "write-in", "uwi"),
    )
)


def is_no_choice(cell: str) -> bool:
    """Whether a cell holds a word, or signs only, that may mean that nobody is chosen."""
    if len(cell) > _LONGEST_WORD:
        return False
    text = coded_alike(cell)
    bare = text.strip(" .()[]<>*_-")
    return bool(text) and (
        text in _NO_CHOICE or bare in _NO_CHOICE or not any(map(str.isalnum, text))
    )
