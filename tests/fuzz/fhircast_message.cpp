// Input: a hub's messages, one a line: each is read, and events are applied to what is on screen, one after another. A
// line is also taken for a hub's address and for its answer to a subscription.
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "protocol/fhir/id.hpp"
#include "protocol/fhircast/current_context.hpp"
#include "protocol/fhircast/message.hpp"
#include "protocol/fhircast/sign_out_scan.hpp"
#include "protocol/fhircast/subscription.hpp"
#include "tests/fuzz/targets.hpp"

namespace wardend::fuzz {
namespace {

using fhircast::CurrentContext;
using fhircast::HubEvent;
using fhircast::OnScreen;
using fhircast::Timestamp;
using Effect = CurrentContext::Effect;

constexpr std::string_view topic = "topic-7f3a";
constexpr int most_messages = 64;

bool is_id(const std::optional<std::string>& id) { return !id || fhir::valid_id(*id); }

void check_shown(const std::string& text, std::size_t most) {
  require(text.size() <= most && !has_control(text), "what is logged is short and printable");
  require(!text.contains(topic), "no log learns the topic");
}

void check_event(const HubEvent& event) {
  require(!event.id || event.id->size() <= fhircast::max_event_id, "an id is short");
  check_shown(event.name, 64);
  require(event.subscriber.size() <= 64 && !has_control(event.subscriber), "a subscriber's name is short");
  require(is_id(event.patient) && is_id(event.encounter) && is_id(event.anchor), "ids are FHIR ids");
  const bool names = is_open(event.kind) || is_close(event.kind);
  require(names || (!event.anchor && event.fault == fhircast::ContextFault::none), "a context is of opens and closes");
  require(event.fault == fhircast::ContextFault::none || !event.patient, "a contradiction names nobody");
  require(event.fault != fhircast::ContextFault::none || !names || event.anchor, "what is opened has an id");
}

void check_screen(const OnScreen& shown) {
  const bool known = shown.who == OnScreen::Who::patient;
  require(known ? fhir::valid_id(shown.patient) : shown.patient.empty(), "who is known has an id");
  require(known ? is_id(shown.encounter) : !shown.encounter, "an encounter is of somebody");
}

void apply(CurrentContext& context, const HubEvent& event, Timestamp now) {
  const OnScreen before = context.on_screen();
  const auto applied = context.apply(event, now);
  const OnScreen& after = context.on_screen();
  check_screen(after);
  require(applied.changed == (before != after), "a change is told");
  require((applied.status == 202) == (applied.effect == Effect::doubtful), "202 says that it was not followed");
  const bool passed_over =
      applied.effect == Effect::duplicate || applied.effect == Effect::outdated || applied.effect == Effect::ignored;
  require(!passed_over || !applied.changed, "what is discarded changes nothing");
  require(applied.effect != Effect::doubtful || after.who == OnScreen::Who::unknown, "doubt knows nobody");
  require(!ends_session(event.kind) || applied.effect == Effect::logout || applied.effect == Effect::hibernate,
          "a logout is never discarded");
  require(after.who != OnScreen::Who::patient || before == after || after.patient == event.patient,
          "the patient shown is the event's");
  const auto again = context.apply(event, now).effect;
  require(again == applied.effect || again == Effect::duplicate, "an event counts once");
  require(context.on_screen() == after, "an event counts once");
}

// What the scan finds in the whole line, after it found the same in its single bytes.
fhircast::SignOutScan scanned(std::string_view line, const Secret& ours) {
  fhircast::SignOutScan at_once(ours);
  at_once.take(line);
  fhircast::SignOutScan bytewise(ours);
  for (std::size_t i = 0; i < line.size(); ++i) bytewise.take(line.substr(i, 1));
  require(at_once.at_end() == bytewise.at_end() && at_once.kind() == bytewise.kind() && at_once.id() == bytewise.id(),
          "pieces make no difference");
  if (const auto id = at_once.id()) {
    const auto sent = parse_json(fhircast::acknowledgement(*id, 200), fhircast::max_message);
    require(sent && sent->at("status") == 200 && sent->size() == 2, "an acknowledgement is an id and a status");
  }
  return at_once;
}

// The scan and the reader agree on every message that can be read.
void check_scan(std::string_view line, const std::expected<fhircast::Message, std::string>& message) {
  using enum fhircast::SignOutScan::Finding;
  const Secret ours(topic);
  const auto finding = scanned(line, ours).at_end();
  if (!message) return;
  const auto* event = std::get_if<HubEvent>(&*message);
  if (event != nullptr && ends_session(event->kind)) return require(finding == sign_out, "no sign-out is missed");
  const auto* other = std::get_if<fhircast::OtherTopic>(&*message);
  if (other != nullptr && ends_session(other->kind)) return require(finding != none, "a foreign sign-out is seen");
  require(finding == none || line.contains("hub.mode"), "nothing else is taken for a sign-out");
}

void check_message(CurrentContext& context, std::string_view line, Timestamp now) {
  const auto message = fhircast::read_message(line, Secret(topic));
  check_scan(line, message);
  if (!message) {
    require(!message.error().empty() && message.error().size() <= 128 && !has_control(message.error()),
            "an error is a short sentence");
    context.doubt();
    return require(context.on_screen().who == OnScreen::Who::unknown, "doubt knows nobody");
  }
  if (const auto* event = std::get_if<HubEvent>(&*message)) {
    check_event(*event);
    apply(context, *event, now);
  } else if (const auto* denial = std::get_if<fhircast::Denial>(&*message)) {
    check_shown(denial->reason, 256);
    context.lost();
  } else if (const auto* granted = std::get_if<fhircast::Confirmation>(&*message)) {
    require(granted->events.size() <= 64, "events are few");
    for (const auto& name : granted->events) check_shown(name, 64);
    require(!granted->lease || *granted->lease >= std::chrono::seconds(1), "a lease is at least a second");
    context.quiet();
  }
  check_screen(context.on_screen());
}

bool on_known_host(std::string_view host) { return host == "ehr.example.org" || host == "hub.example.org"; }

void check_endpoint(const fhircast::Endpoint& endpoint) {
  require(on_known_host(endpoint.host) && endpoint.transport == fhircast::Endpoint::Transport::tls,
          "a WebSocket off this machine is wss");
  const auto target = endpoint.target.reveal();
  require(target.starts_with('/') && !has_control(target) && !target.contains(' '),
          "a target fits into a request line");
}

void check_addresses(std::string_view line) {
  const fhircast::HubRules rules{.fhir_host = "ehr.example.org", .allowed_hosts = {"hub.example.org"}};
  const auto hub = fhircast::check_hub_url(line, rules);
  require(!hub || (hub->scheme() == "https" && on_known_host(hub->host())), "a hub off this machine is https");
  const auto answer = fhircast::read_subscribe_answer(202, line, rules);
  if (answer) check_endpoint(*answer);
  const auto endpoint = fhircast::check_endpoint(line, rules);
  if (endpoint) check_endpoint(*endpoint);
}

}  // namespace

void fuzz_fhircast_message(Bytes input) {
  Lines lines(input);
  CurrentContext context;
  Timestamp now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 15);
  for (int i = 0; i < most_messages && !lines.rest().empty(); ++i) {
    const auto line = lines.next();
    check_message(context, line, now);
    check_addresses(line);
    now += std::chrono::seconds(1);
  }
}

}  // namespace wardend::fuzz
