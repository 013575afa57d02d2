#include "daemon/gateway/reception.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "daemon/gateway/asked_bundle.hpp"
#include "daemon/gateway/asked_request.hpp"
#include "daemon/gateway/base_url.hpp"
#include "daemon/session/audit_entry.hpp"
#include "protocol/fhir/bundle_requests.hpp"
#include "protocol/fhir/operation_parameters.hpp"

namespace wardend::gateway {
namespace {

constexpr JsonLimits body_limits{.bytes = Reception::longest_body, .values = 200'000};

// What the guard alone says, of the request and of nothing around it: in a dry run it is noted, and passes.
bool is_guards_word(Errc code) {
  switch (code) {
    case Errc::ScopeNotGranted:
    case Errc::ResourceRejected:
    case Errc::PatientMismatch:
    case Errc::EncounterMismatch:
    case Errc::PatientContextMissing:
    case Errc::PatientUnverified:
      return true;
    default:
      return false;
  }
}

Done send_on_anyway(Matter& matter, const Error& error) {
  if (!matter.warn || !is_guards_word(error.code())) return refuse_with(error);
  matter.seen.note = "the guard would refuse it: " + error.detail();
  matter.passed = {.inspect_reply = matter.question.request.reads};
  return {};
}

Error gateways_address(std::string field) {
  return errors::InvalidRequest{
      .field = std::move(field),
      .reason =
          "an address of the gateway means nothing to the server: write it below the FHIR base, as Observation/o1"};
}

// Addresses that an answer brought, where an app asks for what they name.
std::optional<Error> fault_of_parameters(const fhir::FhirRequest& request) {
  for (const auto* list : {&request.parameters, &request.if_none_exist})
    for (const fhir::QueryParameter& one : *list)
      if (names_gateway(one.value)) return gateways_address(one.name);
  return std::nullopt;
}

// What a write says of itself in its head. Whether a Bundle writes its entries say.
Done judge_words(const Matter& matter) {
  if (may_change(matter.seen.request) && !matter.head.patient)
    return refuse_with(errors::InvalidRequest{
        .field = "X-Wardend-Patient",
        .reason = "a write names the patient that the app shows: send the id of the Patient in this header"});
  return {};
}

bool is_bundle(const Matter& matter) { return matter.question.request.interaction == fhir::Interaction::transaction; }

std::string condition_of(const RequestHead& head) {
  for (const auto& [name, value] : head.forwarded)
    if (name == "If-None-Exist") return value;
  return {};
}

void note_bundle(Seen& seen, AskedBundle asked) {
  if (asked.is_batch) seen.request.interaction = fhir::Interaction::batch;
  seen.request.reads = asked.reads;
  seen.entries = std::move(asked.entries);
}

std::string_view why_no_page(std::string_view handle) {
  if (handle == unusable_page)
    return "the server's link to this page has more than 8 KiB or a fragment: search for less, or for more a page "
           "(_count)";
  return "the page is not kept any more: search again";
}

// Whom nobody knows is told nothing of, whatever was asked for.
bool is_strangers(const Matter& matter) {
  return !matter.asked.who && matter.asked.who.error().code() == Errc::NotAuthorized;
}

}  // namespace

asio::awaitable<Done> Reception::admit(Matter& matter) {
  if (matter.head.session != "-") matter.wish.session = matter.head.session;
  matter.wish.patient = matter.head.patient;
  matter.wish.stays_here = true;
  matter.asked = co_await parts_.admission.admit(matter.client.caller(), matter.client.epoch(), matter.wish);
  matter.seen.who = matter.asked.who;
  if (const session::Session* session = matter.asked.session; session != nullptr) {
    matter.wish.session = session->id;
    matter.server = session->server;
    matter.seen.whose = audit_owner(*session);
  }
  if (matter.asked.refused) co_return refuse_with(*matter.asked.refused);
  if (matter.head.fault) co_return std::unexpected(*matter.head.fault);
  const config::App* app = matter.asked.who->config->app(matter.asked.session->app);
  matter.warn = app != nullptr && app->gateway.guard == config::GatewayGuard::warn;
  matter.question = {.session = *matter.wish.session,
                     .epoch = matter.client.epoch(),
                     .named = {.patient = matter.head.patient,
                               .encounter = matter.head.encounter,
                               .override_reason = matter.head.override_reason},
                     .until = parts_.clock.now() + patience,
                     .request_id = matter.seen.request_id,
                     .looked_at = matter.seen.looked_at};
  co_return Done{};
}

Done Reception::look_again(Matter& matter) {
  matter.asked = parts_.admission.look(matter.client.caller(), matter.client.epoch(), matter.wish);
  if (matter.asked.refused) return refuse_with(*matter.asked.refused);
  return {};
}

asio::awaitable<Done> Reception::renew(Matter& matter, std::string digest) {
  access::TokenRequest renewed = matter.wish;
  renewed.rejected = std::move(digest);
  matter.asked = co_await parts_.admission.admit(matter.client.caller(), matter.client.epoch(), renewed);
  if (matter.asked.refused) co_return refuse_with(*matter.asked.refused);
  co_return Done{};
}

Error Reception::told(Error error, const Matter& matter) const {
  return parts_.admission.told(std::move(error), matter.asked);
}

void Reception::note_words(Matter& matter) const {
  if (matter.seen.known || is_strangers(matter)) return;
  if (matter.is_page()) {
    matter.seen.asked = matter.head.method + " -page/" + matter.head.page;
    return;
  }
  if (matter.head.fault) {
    matter.seen.asked = matter.head.method + " " + matter.head.path;
    return;
  }
  auto request = read_request(matter.head);
  matter.seen.known = request.has_value();
  if (request)
    matter.seen.request = std::move(*request);
  else
    matter.seen.asked = matter.head.method + " " + matter.head.path;
}

Done Reception::read_page(Matter& matter) {
  if (auto fault = judge_page_headers(matter.head)) return std::unexpected(std::move(*fault));
  auto page = parts_.pages.find(matter.question.session, matter.head.page, parts_.clock.now());
  if (!page)
    return std::unexpected(Refusal{
        .status = 404,
        .error = errors::InvalidRequest{.field = "page", .reason = std::string(why_no_page(matter.head.page))}});
  matter.question.request = std::move(page->asked);
  matter.address = std::move(page->url);
  matter.seen.query = std::move(page->search.query);
  matter.seen.search = std::move(page->search.request_id);
  return {};
}

Done Reception::read(Matter& matter) {
  if (matter.is_page()) {
    if (auto done = read_page(matter); !done) return done;
  } else {
    auto request = read_request(matter.head);
    if (!request) return std::unexpected(request.error());
    if (auto fault = fault_of_parameters(*request)) return refuse_with(std::move(*fault));
    matter.question.request = std::move(*request);
  }
  matter.seen.request = matter.question.request;
  matter.seen.known = true;
  matter.seen.condition = condition_of(matter.head);
  return is_bundle(matter) ? Done{} : judge_words(matter);
}

// A body that was parsed, here or beside the loop.
struct Reception::Parsed {
  std::shared_ptr<const nlohmann::json> json;
  AskedBundle bundle = {};
  std::shared_ptr<const std::vector<fhir::FhirRequest>> entries = {};  // of the Bundle
  std::string subject = {};
};

asio::awaitable<Result<judging::Body>> Reception::parse(Matter& matter) {
  if (names_gateway(matter.body.reveal())) co_return std::unexpected(gateways_address("body"));
  const std::size_t bytes = matter.body.size();
  auto copy = std::make_shared<Secret>(matter.body.clone());
  auto work = [copy, bundle = is_bundle(matter)]() -> std::expected<Parsed, std::string> {
    auto json = parse_json(copy->reveal(), body_limits);
    if (!json) return std::unexpected(std::move(json.error()));
    Parsed parsed{.json = std::make_shared<const nlohmann::json>(std::move(*json))};
    if (bundle) {
      parsed.bundle = asked_bundle(*parsed.json);
      parsed.entries = std::make_shared<const std::vector<fhir::FhirRequest>>(fhir::requests_in(*parsed.json));
    } else {
      parsed.subject = asked_subject(*parsed.json);
    }
    return parsed;
  };
  const bool here = parts_.parsing == nullptr || bytes <= most_json_on_loop;
  auto parsed = here ? work() : co_await parts_.parsing->run(std::move(work));
  if (!parsed)
    co_return fail(errors::InvalidRequest{.field = "body", .reason = "it cannot be read: " + parsed.error()});
  matter.seen.subject = std::move(parsed->subject);
  if (is_bundle(matter)) note_bundle(matter.seen, std::move(parsed->bundle));
  fhir::add_whom(matter.question.request, *parsed->json);
  // Each entry of the answer is judged by its own request.
  matter.question.request.entries = std::move(parsed->entries);
  if (auto done = judge_words(matter); !done) co_return fail(std::move(done.error().error));
  co_return judging::Body{.json = std::move(parsed->json), .bytes = bytes};
}

asio::awaitable<Result<judging::Body>> Reception::bring_body(Matter& matter) {
  matter.brought = true;
  auto text = co_await matter.client.body(longest_body);
  if (!text) {
    const Done still = look_again(matter);  // a clear ends the reading
    co_return std::unexpected(still ? text.error() : still.error().error);
  }
  matter.body = std::move(*text);
  if (matter.question.request.body != fhir::BodyKind::search_form) {
    if (matter.body.empty()) co_return judging::Body{};
    co_return co_await parse(matter);
  }
  matter.form = matter.body.reveal();
  matter.seen.query += (matter.seen.query.empty() ? "" : "&") + matter.form;
  const auto pairs = fhir::parse_query(matter.form);
  if (pairs)
    if (auto fault = fault_of_parameters({.parameters = *pairs})) co_return std::unexpected(std::move(*fault));
  if (const auto fault = pairs ? judge_form(*pairs) : std::nullopt) {
    matter.body_fault = fault->status;
    co_return fail(fault->error);
  }
  // The answer is judged by all that was asked.
  if (pairs) std::ranges::copy(*pairs, std::back_inserter(matter.question.request.parameters));
  co_return judging::Body{.form = matter.form, .bytes = matter.form.size()};
}

// A body that the guard did not ask for.
asio::awaitable<Done> Reception::bring_unasked(Matter& matter) {
  if (matter.head.framing.kind == Framing::Kind::none || matter.brought) co_return Done{};
  if (matter.question.request.body == fhir::BodyKind::none)
    co_return refuse_with(errors::InvalidRequest{.field = "body", .reason = "this request brings none: leave it out"});
  if (auto body = co_await bring_body(matter); !body) co_return refuse_with(body.error());
  co_return look_again(matter);
}

asio::awaitable<Done> Reception::judge_request(Matter& matter) {
  if (auto done = read(matter); !done) co_return done;
  matter.question.bring = [this, &matter] { return bring_body(matter); };
  auto passed = co_await parts_.judge.judge(matter.question);
  if (auto done = look_again(matter); !done) co_return done;
  if (passed)
    if (auto fault = unseen_fault(matter.head, passed->inspect_reply)) passed = std::unexpected(std::move(*fault));
  if (passed)
    matter.passed = std::move(*passed);
  else if (auto done = send_on_anyway(matter, passed.error()); !done)
    co_return done;
  if (auto done = co_await bring_unasked(matter); !done) co_return done;
  co_return judge_words(matter);
}

asio::awaitable<Done> Reception::judge(Matter& matter) {
  auto done = co_await judge_request(matter);
  const bool of_body = !done && matter.body_fault != 0 && done.error().error.code() == Errc::InvalidRequest;
  if (of_body) done.error().status = matter.body_fault;
  co_return done;
}

}  // namespace wardend::gateway
