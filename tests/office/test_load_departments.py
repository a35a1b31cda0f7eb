from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from office.models import Department, Section

pytestmark = pytest.mark.django_db
YOKOHAMA = Path(__file__).parents[2] / "office" / "data" / "yokohama.csv"


def load(file: Path) -> str:
    out = StringIO()
    call_command("load_departments", str(file), stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def csv(tmp_path: Path):
    """`csv("code,name,kind", "a,甲区,区")` writes a file and returns its path."""

    def write(*lines: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "departments.csv"
        path.write_bytes("\r\n".join(lines).encode(encoding))
        return path

    return write


def refusal(file: Path) -> list[str]:
    with pytest.raises(CommandError) as refused:
        load(file)
    *lines, last = str(refused.value).splitlines()
    assert last == "何も登録していません。"
    return lines


def test_it_loads_yokohama_in_the_official_order():
    assert load(YOKOHAMA) == "47 departments: 47 added, 0 changed, 0 unchanged. 0 sections added."
    wards = list(Department.objects.filter(kind="ward").values_list("name", flat=True))
    bureaus = list(Department.objects.filter(kind="bureau").values_list("name", flat=True))
    assert (len(wards), wards[0], wards[10], wards[-1]) == (18, "鶴見区", "港北区", "瀬谷区")
    assert (len(bureaus), bureaus[0], bureaus[-1]) == (29, "脱炭素・GREEN×EXPO推進局", "会計室")


def test_running_it_twice_changes_nothing():
    load(YOKOHAMA)
    assert load(YOKOHAMA) == "47 departments: 0 added, 0 changed, 47 unchanged. 0 sections added."
    assert Department.history.count() == 47


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_it_reads_what_excel_saves(csv, encoding):
    load(
        csv(
            "コード,名称,種別,開始日,所管課", "a,髙島区,区,2026/4/1,総務課、税務課、高齢・障害支援課", encoding=encoding
        )
    )
    department = Department.objects.get(code="a")
    assert (department.name, department.kind, department.valid_from) == ("髙島区", "ward", date(2026, 4, 1))
    assert [section.name for section in department.sections.all()] == ["総務課", "税務課", "高齢・障害支援課"]


def test_it_changes_the_rows_that_changed_and_only_the_columns_there_are(csv):
    load(csv("code,name,kind,planning_email", "a,甲局,局,kikaku@example.jp", "b,乙局,局,"))
    report = load(csv("code,name,kind,valid_to,successor", "a,甲局,局,2027-03-31,c", "b,乙局,局,,", "c,丙局,局,,"))
    assert report == "3 departments: 1 added, 1 changed, 1 unchanged. 0 sections added."
    changed = Department.objects.get(code="a")
    assert (changed.valid_to, changed.successor.name) == (date(2027, 3, 31), "丙局")
    assert changed.planning_email == "kikaku@example.jp"


def test_it_deletes_nothing_and_switches_sections_on_again(csv):
    load(csv("code,name,kind,sections", "a,甲局,局,総務課、経理課", "b,乙局,局,"))
    Section.objects.filter(name="経理課").update(is_active=False)
    report = load(csv("code,name,kind,sections", "a,甲局,局,経理課"))
    assert report == "1 departments: 0 added, 0 changed, 1 unchanged. 1 sections added."
    assert Department.objects.count() == 2
    assert set(Section.objects.filter(is_active=True).values_list("name", flat=True)) == {"総務課", "経理課"}


def test_an_order_of_its_own_wins_over_the_place_of_the_row(csv):
    load(csv("code,name,kind,order", "a,甲局,局,20", "b,乙局,局,10"))
    assert list(Department.objects.values_list("code", flat=True)) == ["b", "a"]


def test_it_names_line_and_reason_of_everything_and_loads_nothing(csv):
    file = csv(
        "code,name,kind,valid_from,valid_to,successor,planning_email",
        "a,甲局,局,2026-04-01,2025-03-31,,",
        ",,県,,,,",
        "b,乙局,局,令和8年,,x,not-an-address",
        "",
        "a,丙局,局,,,a,,too,many",
        "d,丁局,局,,,d,",
    )
    lines = refusal(file)
    assert [line.partition(" ")[0] for line in lines] == [
        *["2行目"],
        *["3行目"] * 3,
        *["4行目"] * 2,
        "6行目",
        "6行目",
        "7行目",
    ]
    assert "2行目 valid_to: 終了日が開始日より前です。" in lines
    assert "3行目 kind: 「県」は種別として読み取れません。区または局と書いてください。" in lines
    assert not Department.objects.exists()


def test_it_refuses_a_code_that_stands_there_twice(csv):
    assert refusal(csv("code,name,kind", "a,甲局,局", "b,乙局,局", "a,丙局,局")) == [
        "4行目 コード「a」が2回出てきます。"
    ]


def test_it_refuses_a_successor_that_does_not_exist(csv):
    file = csv("code,name,kind,successor", "a,甲局,局,zzz")
    assert refusal(file) == ["2行目 コード「zzz」の区局はありません。"]


def test_it_takes_a_successor_that_is_in_the_database(csv):
    load(csv("code,name,kind", "new,新局,局"))
    load(csv("code,name,kind,order,successor", "old,旧局,局,2,new"))
    assert Department.objects.get(code="old").successor.code == "new"


def test_it_counts_the_lines_of_cells_with_line_breaks(csv):
    file = csv("code,name,kind,sections", 'a,甲局,局,"総務課\n経理課"', "b,乙局,県,")
    assert [line.partition(" ")[0] for line in refusal(file)] == ["4行目"]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("code,name", "1行目 「kind」の列がありません。"),
        ("code,name,kind,colour", "1行目 「colour」という列は使えません。"),
        ("code,name,kind,コード", "1行目 「code」の列が2つあります。"),
    ],
)
def test_it_refuses_a_header_it_does_not_know(csv, header, reason):
    assert refusal(csv(header, "a,甲局,局,x")) == [reason]


def test_it_refuses_an_empty_file(csv):
    assert len(refusal(csv(""))) == 3  # none of the three columns that are needed


def test_it_refuses_a_quote_that_is_not_closed(csv):
    (line,) = refusal(csv("code,name,kind", "a,甲局,局", 'b,"乙局,局'))
    assert line.startswith("3行目 CSVとして読み取れません")


def test_it_refuses_what_is_no_text_and_says_where(tmp_path):
    file = tmp_path / "departments.csv"
    file.write_bytes(b"code,name,kind\na,\x81\x20,x\n")
    (line,) = refusal(file)
    assert line.startswith("2行目 UTF-8でもCP932")


def test_it_refuses_control_characters(csv):
    (line,) = refusal(csv("code,name,kind", "a,甲\x00局,局"))
    assert line.startswith("2行目 name: ")


def test_it_says_so_where_there_is_no_file(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        load(tmp_path / "nowhere.csv")
