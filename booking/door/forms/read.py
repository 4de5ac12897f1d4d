"""Form parsing: typed values, French error messages by field, and the submitted text to show the form again.

Uploaded files, carried in a hidden field of the confirmation page: nothing is stored on the server meanwhile.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Container, Iterable, Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, TypeAlias

import msgspec
from litestar import Request
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import QueryParameter
from msgspec import UNSET

from booking.words.wording import PARIS
from workshops.acts import Act, AnyAct
from workshops.acts.days import FIRST_DAY, LAST_DAY
from workshops.acts.fields import Field, fields_of
from workshops.acts.plain_words import one_line, some_lines
from workshops.refusals import Invalid, NoSuchChoice, Refusal
from workshops.schools.rules import FileRefused

AnyRequest = Request[Any, Any, Any]


def is_form(request: AnyRequest) -> bool:
    """Whether the request's body is a form, with or without files."""
    return request.content_type[0] in {RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART}


FORM_AROUND = 1_000_000
"""Bytes that a form may hold beside its file."""
FILE_READ = 32_000_000
"""Bytes of a form whose file weighs too much that are read all the same, so that it comes back as it was typed. The
route says in `opt={"file_most": ...}` how much the file may weigh."""
HIGHEST_NUMBER = 2_147_483_647
NUMBER_ASKED = re.compile(r"écrivez un nombre de [0-9]+ à ([0-9]+)")
Skipped: TypeAlias = Annotated[int, QueryParameter(ge=0, le=1_000_000)]
"""How many lines of a list stand before the page that is asked for."""
AfterNumber: TypeAlias = Annotated[int, QueryParameter(ge=0, le=HIGHEST_NUMBER)]
"""The number of the last line of the page before."""


def words_asked(text: str, *, most: int = 80) -> str:
    """Free text of a query parameter, on one line, without the characters that no text may hold."""
    return one_line(text)[:most]


class Form:
    """A submitted form. Each reader returns a usable value in all cases, and adds what is wrong to `errors`."""

    def __init__(self, submitted: Mapping[str, Any]) -> None:
        self.typed = {name: str(value) for name, value in submitted.items() if isinstance(value, str)}
        self._submitted = submitted
        self.errors: dict[str, str] = {}

    def text(self, name: str, *, label: str, most: int = 200, required: bool = True, lines: bool = False) -> str:
        value = (some_lines if lines else one_line)(self.typed.get(name, ""))
        if required and not value:
            self.errors[name] = f"{label} : à remplir."
        if len(value) > most:
            self.errors[name] = f"{label} : {most} caractères au plus, vous en avez {len(value)}."
            return value[:most]
        return value

    def whole(self, name: str, low: int, high: int, *, label: str, default: int | None = None) -> int:
        raw = self.typed.get(name, "").strip()
        if not raw and default is not None:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", raw) or not low <= int(raw) <= high:
            self.errors[name] = f"{label} : écrivez un nombre de {low} à {high}."
            return low
        return int(raw)

    def tell_most(self, **most: int) -> None:
        """Of a number that was none, or beyond what any act takes: how many this page takes, which is fewer."""
        for name, high in most.items():
            if (told := self.errors.get(name)) and (asked := NUMBER_ASKED.search(told)):
                self.errors[name] = f"{told[: asked.start(1)]}{min(high, int(asked[1]))}{told[asked.end(1) :]}"

    def choice(self, name: str, among: Container[str], *, label: str, default: str | None = None) -> str:
        raw = self.typed.get(name, "").strip()
        if not raw and default is not None:
            return default
        if raw not in among:
            self.errors[name] = f"{label} : choisissez dans la liste."
            return default or ""
        return raw

    def all(self, name: str) -> list[str]:
        """Every value submitted under one name: the boxes that were ticked."""
        read_all = getattr(self._submitted, "getall", None)
        values: Iterable[Any] = read_all(name, []) if read_all is not None else [self.typed.get(name)]
        return [str(value) for value in values if value]

    def file(self, name: str) -> UploadFile | None:
        """The file that was chosen, if any."""
        value = self._submitted.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def several(self, name: str, among: Container[str], *, label: str, required: bool = True) -> list[str]:
        chosen = self.all(name)
        if any(value not in among for value in chosen):
            self.errors[name] = f"{label} : choisissez dans la liste."
        elif required and not chosen:
            self.errors[name] = f"{label} : choisissez-en au moins un."
        return chosen

    def ticked(self, name: str) -> bool:
        return self.typed.get(name, "") not in {"", "0", "non"}

    def date(self, name: str, *, label: str) -> date:
        raw = self.typed.get(name, "").strip()
        if french := re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", raw):
            raw = self.typed[name] = f"{french[3]}-{french[2]:0>2}-{french[1]:0>2}"
        try:
            on = date.fromisoformat(raw)
        except ValueError:
            self.errors[name] = f"{label} : écrivez une date, par exemple 25/03/2027."
            return FIRST_DAY
        if not FIRST_DAY <= on <= LAST_DAY:
            self.errors[name] = f"{label} : choisissez une date entre {FIRST_DAY.year} et {LAST_DAY.year}."
            return FIRST_DAY
        return on

    def time(self, name: str, *, label: str) -> time:
        raw = self.typed.get(name, "").strip()
        match = re.fullmatch(r"([01]?[0-9]|2[0-3])(?::| ?h ?)([0-5][0-9])(?::[0-5][0-9])?", raw)
        if match is None:
            self.errors[name] = f"{label} : écrivez une heure, par exemple 8:30."
            return time(0, 0)
        return time(int(match[1]), int(match[2]))

    @property
    def version(self) -> int:
        """The version of the row that the page showed, in a hidden field."""
        return self.whole("version", 0, 999_999_999, label="Version")

    def act(self, act: type[AnyAct], **read: Any) -> AnyAct:
        """The act that was asked for; `read` are fields that the page has read by itself.

        A field whose inputs the form does not show, or that is left empty, keeps the act's default; a box that is not
        ticked is false. Raises Invalid with all errors at once, each beside its input.
        """
        for field in fields_of(act):
            if field.name not in read and (value := self._value(field)) is not UNSET:
                read[field.name] = value
        self.refuse_if_wrong()
        try:
            return act(**read)
        except Invalid as no:
            self.note(no, act)
            raise

    def note(self, no: Refusal, act: type[Act]) -> None:
        """Put what is wrong, or the field that a refusal speaks of, beside the input of the act that asked for it."""
        if no.errors is self.errors:
            return
        fields = {field.name: field for field in fields_of(act)}
        sentences = no.errors or ({no.field: no.sentence} if no.field else {})
        for name, sentence in sentences.items():
            field = fields.get(name)
            absent = isinstance(no, NoSuchChoice) and field is not None
            self.errors[field.beside if field else name] = field.sentence() if field and absent else sentence
        self._sort_errors()

    def _value(self, field: Field) -> Any:
        """A field's value as its type has it; UNSET where the act's default stands, or with an error noted."""
        if field.kind == "tick":
            return self.ticked(field.beside)
        if field.kind == "several":
            shown = field.required or field.beside in self.typed
            return self._converted(field, self.all(field.beside)) if shown else UNSET
        if field.kind == "moment" and field.required:
            return self._moment(field)
        raw = self.typed.get(field.beside)
        if raw is not None and raw.strip():
            return self._written(field, raw.strip())
        needed = field.inputs[0].required
        if raw is not None and field.nullable and not needed:
            return None
        if field.required or needed:
            self.errors[field.beside] = field.sentence()
        return UNSET

    def _written(self, field: Field, raw: str) -> Any:
        if field.kind == "moment":
            return self._moment(field)
        if field.kind in {"date", "time"}:
            value = getattr(self, field.kind)(field.beside, label=field.label)
            return UNSET if field.beside in self.errors else value
        if field.is_text:
            return self._converted(field, field.clean(raw))
        if field.kind == "each_line":
            return self._converted(field, [one_line(line) for line in raw.splitlines() if line.strip()])
        return self._converted(field, raw.replace(",", ".") if field.kind == "decimal" else raw)

    def _converted(self, field: Field, raw: Any) -> Any:
        try:
            return field.checked(raw, strict=False)
        except msgspec.ValidationError:
            self.errors[field.beside] = field.sentence(raw)
            return UNSET

    def _moment(self, field: Field) -> Any:
        """An instant of the wall clock of Paris, from its day and its hour, or the hour that is always meant."""
        day, *hour = field.inputs
        on = self.date(day.name, label=day.label)
        at = self.time(hour[0].name, label=hour[0].label) if hour else field.extra.get("at", time())
        wrong = any(given.name in self.errors for given in field.inputs)
        return UNSET if wrong else datetime.combine(on, at, tzinfo=PARIS)

    def part(self, end: str) -> Form:
        """The inputs whose names have this end, without it: one of several alike on a page."""
        return Form({name.removesuffix(end): text for name, text in self._submitted.items() if name.endswith(end)})

    def end_names(self, end: str) -> None:
        """Give what was typed and what is wrong the names that the inputs have on a page with several such forms."""
        self.typed = {name + end: value for name, value in self.typed.items()}
        self.errors = {name + end: sentence for name, sentence in self.errors.items()}

    def refuse_if_wrong(self) -> None:
        """Raise Invalid with all errors at once: nobody corrects a form one field at a time."""
        if self.errors:
            self._sort_errors()
            raise Invalid(self.errors)

    def _sort_errors(self) -> None:
        """Say what is wrong in the order of the form, whatever the order of the act's fields."""
        places = {name: place for place, name in enumerate(self.typed)}
        self.errors = dict(sorted(self.errors.items(), key=lambda error: places.get(error[0], len(places))))


NO_FILE = "choisissez un fichier"


async def uploaded_file(form: Mapping[str, Any]) -> tuple[bytes, str]:
    """The uploaded file and its name. Raises FileRefused without one."""
    file = form.get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    if not content:
        raise FileRefused(NO_FILE)
    return content, file.filename if isinstance(file, UploadFile) else ""


def encoded_file(content: bytes) -> str:
    """The file encoded for a hidden field."""
    return base64.urlsafe_b64encode(content).decode()


def decoded_file(form: Mapping[str, Any]) -> bytes:
    """The file that the confirmation page carried. Raises FileRefused without one."""
    try:
        content = base64.urlsafe_b64decode(str(form.get("content", "")))
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        raise FileRefused(NO_FILE)
    return content
