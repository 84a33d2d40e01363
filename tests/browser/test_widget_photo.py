"""A photograph through the widget in a real Chromium: offered while it is asked for, by keyboard and in Arabic too."""

from io import BytesIO

from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from agent.demo.photo import card
from channels import chat
from tests.browser.fake_chat_server import Desk, strings_of
from tests.browser.widget_page import EN, Visit, lines, mine


def offered(page: Page, name: str = EN["photo_send"]) -> None:
    expect(page.get_by_role("button", name=name)).to_be_visible()


def a_file(content: bytes, kind: str = "image/jpeg") -> FilePayload:
    return {"name": "card.jpg", "mimeType": kind, "buffer": content}


def test_a_photo_is_offered_only_while_it_is_asked_for_and_is_sent_once_without_what_the_camera_wrote(
    visit: Visit, desk: Desk
) -> None:
    page = visit()
    # heard of from now on: Chromium is told of that beside what is pressed, not before it
    page.on("filechooser", lambda _: None)
    expect(lines(page)).to_have_count(1)
    expect(page.get_by_role("button", name=EN["photo_send"])).to_be_hidden()
    desk.say("Send a photo of your card, please.", lang="en")
    desk.send(chat.photo(True))
    offered(page)
    page.locator("frontdesk-chat textarea").focus()
    page.keyboard.press("Shift+Tab")  # the way to it without a mouse
    with page.expect_file_chooser() as chosen:
        page.keyboard.press("Enter")
    chosen.value.set_files(a_file(card(3000, 1800)))
    expect(mine(page, EN["photo"])).to_contain_text("Sent")
    assert mine(page, EN["photo"]).count() == 1
    ((_, token, content),) = desk.photos
    assert token == desk.token
    with Image.open(BytesIO(content)) as sent:
        assert max(sent.size) == 2000
        assert sent.width > sent.height  # turned upright
        assert not sent.getexif()
    desk.send(chat.photo(False))
    expect(page.get_by_role("button", name=EN["photo_send"])).to_be_hidden()
    page.reload()
    expect(mine(page, EN["photo"])).to_have_count(1)


def test_a_file_that_is_no_photo_is_told_of_and_a_busy_desk_gets_it_again(visit: Visit, desk: Desk) -> None:
    page = visit()
    desk.send(chat.photo(True))
    offered(page)
    desk.photo_answers = [422, 503]
    page.locator("frontdesk-chat input[type=file]").set_input_files(a_file(b"no picture at all"))
    expect(lines(page).last).to_contain_text(EN["photo_wrong"])
    expect(lines(page).last.get_by_role("button")).to_have_count(0)  # the same file again would be no better
    page.locator("frontdesk-chat input[type=file]").set_input_files(a_file(card(400, 250)))
    expect(lines(page).last).to_contain_text(EN["busy"])
    page.get_by_role("button", name=EN["again"]).click()
    expect(page.locator("frontdesk-chat .m.mine[data-state=sent]")).to_have_count(1)
    assert len({id for id, _, _ in desk.photos}) == 2


def test_in_arabic_the_offer_stands_at_the_right(visit: Visit, desk: Desk) -> None:
    page = visit("/chat?lang=ar")
    expect(page.locator("frontdesk-chat .panel")).to_have_attribute("dir", "rtl")
    desk.send(chat.photo(True))
    words = strings_of("ar")["photo_send"]
    offered(page, words)
    button, panel = (page.locator(f"frontdesk-chat {at}").bounding_box() for at in (".snaps .pill", ".panel"))
    assert button is not None
    assert panel is not None
    assert panel["x"] + panel["width"] - button["x"] - button["width"] < 30
