"""An article goes from a closed case to a draft, is read by a second person, and is found by everybody."""

from playwright.sync_api import Page, expect

from consultations import actions
from consultations.models import Case
from knowledge.models import Article, Opinion, ShownDocument, Topic
from tests.browser.desk import signed_in_by_form
from tests.factories import make_case, make_pair

REPLY = """田中様
お世話になっております。港北区担当の鈴木です。
勤務シフトは、庁内の表計算ひな形で作れます。

1. 庁内イントラ「ひな形＞勤務」を開く
2. 職員の希望を入れる"""


def test_from_a_closed_case_to_an_article_that_everybody_finds(
    transactional_db, live_server, page: Page, new_browser, kohoku, suzuki, sato, topic: Topic, axe
):
    site = str(live_server)
    make_pair(kohoku, suzuki, sato)
    case = make_case(kohoku, title="勤務シフトの作り方")
    actions.answer_and_close(case=case, by=suzuki, text=REPLY, level=1, topic=topic)

    # the writer: one click on the closed case, then the text
    writer = signed_in_by_form(page, site, suzuki)
    writer.goto(site + case.get_absolute_url())
    writer.get_by_role("button", name="記事にする").first.click()
    expect(writer.get_by_role("alert")).to_contain_text("田中")
    answer = writer.get_by_label("回答", exact=False).first
    expect(answer).to_have_value(
        "勤務シフトは、庁内の表計算ひな形で作れます。\n\n1. 庁内イントラ「ひな形＞勤務」を開く\n2. 職員の希望を入れる"
    )
    writer.wait_for_load_state()  # nothing can be kept before the script that keeps it is there
    answer.fill(answer.input_value() + "\n3. **足りない日**を直す")
    writer.reload()
    expect(writer.get_by_label("回答", exact=False).first).to_have_value(
        "勤務シフトは、庁内の表計算ひな形で作れます。\n\n1. 庁内イントラ「ひな形＞勤務」を開く\n2. 職員の希望を入れる"
        "\n3. **足りない日**を直す"
    )
    writer.get_by_role("button", name="見え方を確かめる").click()
    preview = writer.get_by_role("region", name="公開後の見え方")
    expect(preview.get_by_role("listitem")).to_have_count(3)
    axe(writer)
    writer.get_by_role("button", name="保存して確認を依頼する").click()
    expect(writer.get_by_role("status").first).to_contain_text("確認を依頼しました")
    expect(writer.get_by_role("button", name="読みました。公開します")).to_have_count(0)

    # nobody finds it yet
    anybody = new_browser()
    anybody.goto(f"{site}/articles/?q=シフト")
    expect(anybody.get_by_role("link", name="勤務シフトの作り方")).to_have_count(0)

    # the second reader
    reader = signed_in_by_form(new_browser(), site, sato)
    reader.get_by_role("link", name="記事の管理").click()
    reader.get_by_role("link", name="勤務シフトの作り方").click()
    axe(reader)
    reader.get_by_role("button", name="読みました。公開します").click()
    expect(reader.get_by_role("status").first).to_contain_text("公開しました")

    # everybody
    anybody.goto(f"{site}/articles/")
    anybody.get_by_label("キーワード").fill("シフト ひな形")
    anybody.get_by_role("main").get_by_role("button", name="検索").click()
    anybody.get_by_role("link", name="勤務シフトの作り方").click()
    expect(anybody.get_by_role("heading", level=1)).to_have_text("勤務シフトの作り方")
    main = anybody.get_by_role("main")
    for said in ("田中", "鈴木", "港北", case.number):
        expect(main).not_to_contain_text(said)
    axe(anybody)
    anybody.get_by_role("button", name="解決しなかった").click()
    expect(anybody.get_by_label("どういうことに困っていますか")).to_have_value(
        "記事「勤務シフトの作り方」を読みましたが、次の点が解決しませんでした。\n"
    )
    assert [opinion.helped for opinion in Opinion.objects.all()] == [False]
    assert Article.objects.get().published.read_by == sato

    # the next who asks the same finds it before asking
    asker = new_browser()
    asker.goto(f"{site}/consult/")
    asker.get_by_label("どういうことに困っていますか").press_sequentially("勤務シフトの作り方が分かりません。")
    suggested = asker.get_by_role("region", name="参考になりそうな情報")
    expect(suggested.get_by_role("link", name="勤務シフトの作り方")).to_be_visible()
    suggested.get_by_role("button", name="この情報で解決した").click()
    expect(asker.get_by_role("heading", level=1)).to_have_text("お役に立ててよかったです")
    assert ShownDocument.objects.get(showing__solved_at__isnull=False).key == str(Article.objects.get().pk)
    assert Case.objects.count() == 1

    # and the office sees that it was worth writing
    reader.goto(f"{site}/desk/knowledge/")
    row = reader.get_by_role("table", name="記事ごとの効果").get_by_role("row").filter(has_text="勤務シフトの作り方")
    for column in ("提案された", "解決"):
        expect(row.locator(f'td[data-label="{column}"]')).to_have_text("1")
    axe(reader)


def test_it_is_written_without_javascript(transactional_db, live_server, browser, suzuki, sign_in, topic: Topic):
    context = browser.new_context(java_script_enabled=False, locale="ja-JP")
    page = context.new_page()
    sign_in(page, str(live_server), suzuki)
    page.goto(f"{live_server}/desk/articles/new/")
    page.get_by_label("質問").fill("申請の始め方")
    page.get_by_label("回答", exact=False).first.fill("- 登録\n- 公開")
    page.get_by_role("button", name="見え方を確かめる").click()
    expect(page.get_by_role("region", name="公開後の見え方").get_by_role("listitem")).to_have_count(2)
    page.get_by_role("button", name="下書きを保存する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("申請の始め方")
    context.close()
