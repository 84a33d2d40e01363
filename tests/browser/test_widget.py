"""The chat widget in a real Chromium: the conversation, good lines and bad ones."""

import re

import pytest
from playwright.sync_api import expect

from agent.model.message import Button
from channels import chat
from tests.browser.fake_chat_server import Desk
from tests.browser.widget_page import EN, Visit, launcher, lines, mine, write

YES_NO = (Button(label="Yes, please", payload="affirm"), Button(label="Another time", payload="deny"))


def test_promise_39_the_first_line_and_the_label_say_it_is_automated_and_how_to_reach_a_person(
    visit: Visit, desk: Desk
) -> None:
    page = visit()
    expect(lines(page).first).to_contain_text("automated assistant")
    expect(lines(page).first).to_contain_text("To reach a person")
    expect(page.locator("frontdesk-chat .who")).to_have_text(EN["assistant"])
    expect(page.get_by_role("link", name="Call (555) 010-0123").last).to_have_attribute("href", "tel:+15550100123")
    page.get_by_role("button", name=EN["person"]).click()
    expect(mine(page, EN["person"])).to_contain_text("Sent")
    assert [(x["t"], x["payload"]) for x in desk.received] == [("choose", chat.PERSON)]
    desk.send(chat.mode("waiting_staff"))
    expect(page.locator("frontdesk-chat .who")).to_contain_text(EN["assistant"])
    expect(page.get_by_role("button", name=EN["person_asked"])).to_have_attribute("aria-disabled", "true")
    desk.send(chat.mode("staff", "Maria"))
    expect(page.locator("frontdesk-chat .who")).to_have_text("You are talking with Maria (staff)")
    desk.name = "Maria"
    desk.say("Hello, Maria here.", author="staff:1", lang="en")
    expect(lines(page).last.locator(".by")).to_have_text("Maria · Staff")
    desk.send(chat.mode("agent"))
    expect(page.locator("frontdesk-chat .who")).to_have_text(EN["assistant"])


@pytest.mark.parametrize(("trouble", "times"), [("drop_before_ack", 2), ("drop_before_store", 1)])
def test_a_message_on_a_bad_line_is_kept_and_appears_once(visit: Visit, desk: Desk, trouble: str, times: int) -> None:
    page = visit()
    setattr(desk, trouble, times)
    write(page, "My knee hurts")
    expect(mine(page, "My knee hurts")).to_contain_text(EN["kept"])
    expect(page.locator("frontdesk-chat .bar")).to_have_text(EN["lost_kept"])
    expect(mine(page, "My knee hurts")).to_contain_text("Sent", timeout=8000)
    expect(page.locator("frontdesk-chat .bar")).to_be_empty()
    assert mine(page, "My knee hurts").count() == 1
    assert len({x["client_id"] for x in desk.received}) == 1
    assert [x.text for x in desk.lines if x.author == "patient"] == ["My knee hurts"]
    desk.say("Noted.", lang="en")
    desk.send(chat.line(desk.lines[-1]))  # the bell rang twice
    desk.say("Our staff will call you.", lang="en")
    expect(lines(page).last).to_contain_text("will call you")
    assert lines(page).count() == 4


def test_offline_is_told_truthfully_and_the_message_goes_out_when_the_line_is_back(visit: Visit, desk: Desk) -> None:
    page = visit()
    page.context.set_offline(True)
    expect(page.locator("frontdesk-chat .bar")).to_have_text(EN["offline"])
    write(page, "Are you open today?")
    expect(page.locator("frontdesk-chat .bar")).to_have_text(EN["offline_kept"])
    expect(mine(page, "Are you open")).to_contain_text(EN["kept"])
    assert desk.received == []
    page.context.set_offline(False)
    expect(mine(page, "Are you open")).to_contain_text("Sent", timeout=1500)
    assert desk.hellos[-1]["after"] == desk.lines[0].id
    assert len(desk.received) == 1


def test_a_silent_line_is_noticed_and_left(visit: Visit, desk: Desk) -> None:
    page = visit(clock=True)
    desk.mute = True
    page.clock.run_for(20_000)
    expect(page.locator("frontdesk-chat .bar")).to_be_empty()
    page.clock.run_for(10_000)
    expect(page.locator("frontdesk-chat .bar")).to_have_text(EN["lost"])
    desk.mute = False
    page.clock.run_for(11_000)
    expect(page.locator("frontdesk-chat .bar")).to_be_empty()
    assert len(desk.hellos) == 2


def test_a_message_that_got_no_answer_is_sent_again(visit: Visit, desk: Desk) -> None:
    page = visit(clock=True)
    desk.overhear = 1
    write(page, "Hello?")
    expect(mine(page, "Hello?")).to_contain_text(EN["sending"])
    desk.say("One moment.", lang="en")
    expect(lines(page)).to_have_count(3)
    page.clock.run_for(20_000)
    expect(mine(page, "Hello?")).to_contain_text("Sent")
    assert len({x["client_id"] for x in desk.received}) == 1


def test_after_a_reload_the_thread_is_there_once(visit: Visit, desk: Desk) -> None:
    page = visit()
    write(page, "First")
    expect(mine(page, "First")).to_contain_text("Sent")
    desk.say("Answer", lang="en")
    expect(lines(page)).to_have_count(3)
    kept = page.evaluate("[JSON.stringify({...sessionStorage}), JSON.stringify({...localStorage}), document.cookie]")
    assert desk.token in kept[0]
    assert "First" not in kept[0]
    assert "Answer" not in kept[0]
    assert kept[1:] == ["{}", ""]
    page.reload()
    launcher(page).click()
    expect(lines(page)).to_have_text([re.compile("automated"), re.compile("First"), re.compile("Answer")])
    desk.hang_up()
    expect(page.locator("frontdesk-chat .bar")).to_have_text(EN["lost"])
    expect(page.locator("frontdesk-chat .bar")).to_be_empty()
    expect(lines(page)).to_have_count(3)
    assert [x["token"] for x in desk.hellos] == [None, desk.token, desk.token]


def test_an_ended_conversation_starts_clean(visit: Visit, desk: Desk) -> None:
    page = visit()
    write(page, "Something private")
    expect(mine(page, "private")).to_contain_text("Sent")
    desk.token, desk.conversation = "u" * 32, "c2"
    desk.hang_up()
    expect(page.locator("frontdesk-chat .bar")).to_have_text(EN["fresh"])
    expect(lines(page)).to_have_count(1)


def test_an_expired_session_says_so_and_the_next_message_starts_another(visit: Visit, desk: Desk) -> None:
    page = visit()
    desk.send(chat.error("expired"))
    expect(page.locator("frontdesk-chat .bar")).to_have_text(EN["expired"])
    assert page.evaluate("sessionStorage.length") == 0
    desk.token, desk.conversation = "u" * 32, "c2"
    write(page, "Hello again")
    expect(mine(page, "Hello again")).to_contain_text("Sent")
    assert desk.hellos[-1]["token"] is None


def test_a_message_that_was_refused_can_be_tried_again(visit: Visit, desk: Desk) -> None:
    page = visit()
    desk.refuse = "too_fast"
    write(page, "One more")
    expect(mine(page, "One more")).to_contain_text(EN["too_fast"])
    expect(page.get_by_role("button", name=EN["again"])).to_be_in_viewport(ratio=1)
    desk.refuse = None
    page.get_by_role("button", name=EN["again"]).click()
    expect(mine(page, "One more")).to_contain_text("Sent")
    assert mine(page, "One more").count() == 1
    assert len({x["client_id"] for x in desk.received}) == 1


def test_a_busy_desk_is_asked_again(visit: Visit, desk: Desk) -> None:
    desk.turn_away = 1
    page = visit(opened=False)
    launcher(page).click()
    expect(page.locator("frontdesk-chat .bar")).to_have_text(EN["busy"])
    expect(lines(page)).to_have_count(1)
    expect(page.locator("frontdesk-chat .bar")).to_be_empty()
    assert len(desk.hellos) == 2


def test_a_page_that_may_not_chat_is_told_to_call(visit: Visit, desk: Desk) -> None:
    page = visit()
    desk.send(chat.error("refused"))
    expect(page.locator("frontdesk-chat .bar")).to_have_text(EN["unavailable"])
    expect(page.locator("frontdesk-chat textarea")).to_be_disabled()
    assert len(desk.hellos) == 1


def test_quick_replies_work_by_keyboard_and_are_offered_once(visit: Visit, desk: Desk) -> None:
    page = visit()
    desk.say("Monday at 9?", lang="en", buttons=YES_NO)
    choice = page.get_by_role("button", name="Yes, please")
    expect(choice).to_be_visible()
    for _ in range(2):  # from the text field back over both choices
        page.keyboard.press("Shift+Tab")
    expect(choice).to_be_focused()
    page.keyboard.press("Enter")
    expect(mine(page, "Yes, please")).to_contain_text("Sent")
    expect(page.locator("frontdesk-chat .choices")).to_have_count(0)
    expect(page.locator("frontdesk-chat textarea")).to_be_focused()
    assert [(x["t"], x["payload"], x["text"]) for x in desk.received] == [("choose", "affirm", "Yes, please")]
    page.reload()
    launcher(page).click()
    expect(lines(page)).to_have_count(3)
    expect(page.locator("frontdesk-chat .choices")).to_have_count(0)


def test_a_closed_chat_tells_of_new_messages(visit: Visit, desk: Desk) -> None:
    page = visit()
    page.keyboard.press("Escape")
    desk.say("Your request is with our staff.", lang="en")
    expect(page.locator("frontdesk-chat .badge")).to_have_text("1")
    expect(page).to_have_title("(1) New message · Cedar Clinic")
    expect(launcher(page)).to_have_attribute("aria-label", "Chat with us, 1 new")
    page.reload()  # still unread on the next page
    expect(page.locator("frontdesk-chat .badge")).to_have_text("1")
    launcher(page).click()
    expect(page).to_have_title("Cedar Clinic")
    page.keyboard.press("Escape")
    expect(page.locator("frontdesk-chat .badge")).to_be_hidden()


def test_an_urgent_line_opens_a_closed_chat(visit: Visit, desk: Desk) -> None:
    page = visit()
    page.keyboard.press("Escape")
    desk.say("Please call 911 now.", lang="en", urgent=True)
    expect(page.get_by_role("alert")).to_be_visible()


def test_a_visitor_who_never_chats_opens_no_connection(visit: Visit, desk: Desk) -> None:
    page = visit(opened=False)
    expect(launcher(page)).to_be_visible()
    page.wait_for_timeout(100)
    assert desk.hellos == []
