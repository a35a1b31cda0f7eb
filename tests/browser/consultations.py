"""The six consultations of the case study (2-2), as six sections type them in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Consultation:
    department: str
    section: str
    name: str
    email: str
    problem: str
    wants: tuple[str, ...] = ()
    expectation: str = ""

    @property
    def family_name(self) -> str:
        return self.name.split()[0]


PROCEDURES = Consultation(
    "都筑区",
    "総務課",
    "小野寺 沙耶",
    "onodera@tsuzuki.example.jp",
    "会議室の予約にクラウドの予約サービスを使いたい。\nデジタル技術の導入にあたり必要な庁内手続きを教えてください。",
    ("手続を知りたい",),
)
PICTURE = Consultation(
    "経済局",
    "企業誘致課",
    "森 拓也",
    "mori@keizai.example.jp",
    "生成AIで生成した画像を市庁舎外で利用してもよいか。パンフレットの表紙に使う予定です。",
    ("妥当性を見てほしい",),
)
INTRANET = Consultation(
    "総務局",
    "職員課",
    "長谷川 恵",
    "hasegawa@somu.example.jp",
    "庁内イントラ内で公開しているページを見やすくしたい。配置やレイアウトを相談したい。",
    expectation="お知らせが埋もれて、問い合わせの電話が減りません。並べ方の案がほしいです。",
)
SUBSIDY = Consultation(
    "健康福祉局",
    "障害施策推進課",
    "大野 健一",
    "ono@kenko.example.jp",
    "補助金の事務処理において、大量のPDFを検索し、起案用にまとめる作業を効率化したい。どういった解決策があるか。",
    ("別の方法を知りたい",),
)
SHIFTS = Consultation(
    "こども青少年局",
    "保育・教育運営課",
    "吉田 真由美",
    "yoshida@kodomo.example.jp",
    "公立保育園における保育士の勤務シフトを自動作成できるようなツールがないか。園長が毎月二日かけています。",
    ("別の方法を知りたい", "一緒に考えてほしい"),
    "4月までに1園で試したいです。",
)
SUCCESSOR = Consultation(
    "道路局",
    "維持課",
    "藤田 浩",
    "fujita@doro.example.jp",
    "退職した職員が内製で開発したシステムが老朽化し、後継システムを導入したい。\n"
    "一般的ではない言語でプログラミングされており、どのように仕様を作ればよいか。",
    ("一緒に考えてほしい",),
)
SIX = [PROCEDURES, PICTURE, INTRANET, SUBSIDY, SHIFTS, SUCCESSOR]
