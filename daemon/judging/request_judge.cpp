#include "daemon/judging/request_judge.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.hpp"
#include "protocol/fhir/member_case.hpp"

namespace wardend::judging {
namespace {

std::unexpected<Error> gone() { return fail(errors::UnknownSession{"the session has ended meanwhile: launch again"}); }

}  // namespace

// Everything about one request. It is on the loop, or beside it, and never in both places at a time.
struct RequestJudge::Papers {
  Question question;
  guard::Facts facts = {};
  Body body = {};
  bool brought = false;
  bool names_read = false;
  std::vector<Stored> stored = {};
  std::size_t bytes = 0;  // of all JSON in it

  [[nodiscard]] guard::Verdict weigh() {
    if (auto fault = fault_of_names()) return {.kind = guard::Verdict::Kind::refuse, .error = std::move(*fault)};
    if (!brought) return guard::decide(question.request, facts);
    const guard::Body whole{.json = body.json.get(), .form = body.form};
    if (stored.empty()) return guard::decide(question.request, whole, facts);
    std::vector<guard::Target> targets;
    for (const Stored& one : stored)
      targets.push_back({.type = one.what.type,
                         .id = one.what.id,
                         .resource = one.resource.get(),
                         .gone = one.gone,
                         .version = one.version});
    return guard::decide(question.request, whole, targets, facts);
  }

  // Once: what a reader of another kind would take for another body.
  [[nodiscard]] std::optional<Error> fault_of_names() {
    if (body.json == nullptr || std::exchange(names_read, true)) return std::nullopt;
    const auto fault = fhir::case_fault_of_body(*body.json);
    if (!fault) return std::nullopt;
    return errors::InvalidRequest{.field = "body", .reason = "it can be read in two ways: " + *fault};
  }
};

Result<const session::Session*> RequestJudge::find(const Question& question) const {
  const session::Session* session = parts_.store.find_live(question.session, question.epoch);
  if (session == nullptr) return gone();
  return session;
}

Result<void> RequestJudge::gather(const Question& question, guard::Facts& facts) const {
  const auto session = find(question);
  if (!session) return std::unexpected(session.error());
  const config::Config& config = parts_.config.get();
  const config::App* app = config.app((*session)->app);
  const config::Server* server = config.server((*session)->server);
  if (app == nullptr || server == nullptr) return gone();
  facts =
      facts_of(**session, *app, *server, config.identifiers, parts_.server_health, question.named, parts_.clock.now());
  return {};
}

asio::awaitable<guard::Verdict> RequestJudge::weigh(std::shared_ptr<Papers> papers) const {
  if (parts_.parsing == nullptr || papers->bytes <= most_json_on_loop) co_return papers->weigh();
  co_return co_await parts_.parsing->run([papers = std::move(papers)] { return papers->weigh(); });
}

asio::awaitable<Result<void>> RequestJudge::bring_body(Papers& papers) {
  if (papers.brought) co_return Result<void>{};
  papers.brought = true;
  if (!papers.question.bring) co_return Result<void>{};
  auto body = co_await papers.question.bring();
  if (!body) co_return std::unexpected(body.error());
  papers.body = std::move(*body);
  papers.bytes += papers.body.bytes;
  co_return Result<void>{};
}

asio::awaitable<Result<void>> RequestJudge::read_targets(std::shared_ptr<Papers> papers,
                                                         std::vector<guard::Wanted> wanted) {
  for (guard::Wanted& what : wanted) {
    const auto session = find(papers->question);
    if (!session) co_return std::unexpected(session.error());
    const session::Tokens* tokens = (*session)->tokens();
    if (tokens == nullptr) co_return gone();
    if (papers->question.looked_at != nullptr) papers->question.looked_at->push_back(what.type + "/" + what.id);
    auto stored = co_await parts_.targets.read(
        {.server = (*session)->server,
         .what = std::move(what),
         .token = tokens->access.clone(),
         .until = papers->question.until,
         .request_id = papers->question.request_id,
         .wanted = [&store = parts_.store, id = (*session)->id, epoch = (*session)->epoch] {
           return store.find_live(id, epoch) != nullptr;
         }});
    if (auto live = find(papers->question); !live) co_return std::unexpected(live.error());
    if (!stored) co_return std::unexpected(stored.error());
    papers->bytes += stored->bytes;
    papers->stored.push_back(std::move(*stored));
  }
  co_return Result<void>{};
}

// What the verdict asks for, before it is asked again.
asio::awaitable<Result<void>> RequestJudge::fetch(std::shared_ptr<Papers> papers, guard::Verdict verdict) {
  auto brought = co_await bring_body(*papers);
  if (!brought || verdict.kind == guard::Verdict::Kind::needs_body) co_return brought;
  co_return co_await read_targets(std::move(papers), std::move(verdict.targets));
}

asio::awaitable<Result<Passed>> RequestJudge::judge(Question question) {
  using Kind = guard::Verdict::Kind;
  if (!question.request.reads)
    co_await parts_.patients.renew(question.session, question.epoch, most_check_age, question.until);
  else if (question.request.interaction == fhir::Interaction::operation)  // it may name the patient by a number
    static_cast<void>(co_await parts_.patients.first(question.session, question.epoch));
  auto papers = std::make_shared<Papers>(Papers{.question = std::move(question)});
  constexpr int most_stages = 8;
  for (int stage = 0; stage < most_stages; ++stage) {
    if (auto gathered = gather(papers->question, papers->facts); !gathered) co_return std::unexpected(gathered.error());
    guard::Verdict verdict = co_await weigh(papers);
    if (verdict.kind == Kind::refuse) co_return std::unexpected(std::move(*verdict.error));
    if (verdict.kind == Kind::pass || verdict.kind == Kind::inspect_reply)
      co_return Passed{.if_match = std::move(verdict.if_match),
                       .excused = std::move(verdict.overridden),
                       .inspect_reply = verdict.kind == Kind::inspect_reply};
    if (auto fetched = co_await fetch(papers, std::move(verdict)); !fetched) co_return std::unexpected(fetched.error());
  }
  co_return fail(errors::ResourceRejected{.reason = "the write needs more to be read than wardend reads for one"});
}

asio::awaitable<Result<Passed>> RequestJudge::judge_reply(const Question& question, int status, Body reply) {
  guard::Facts facts;
  if (auto gathered = gather(question, facts); !gathered) co_return std::unexpected(gathered.error());
  // By the patient's numbers too.
  if (facts.policy.foreign == guard::Foreign::enforce &&
      co_await parts_.patients.first(question.session, question.epoch))
    if (auto gathered = gather(question, facts); !gathered) co_return std::unexpected(gathered.error());
  const auto look = [status](const fhir::FhirRequest& request, const Body& body, const guard::Facts& by) {
    return guard::judge_reply(
        request, {.status = status, .json = body.json.get(), .location = body.location, .context = body.context}, by);
  };
  const bool here = parts_.parsing == nullptr || reply.bytes <= most_json_on_loop;
  guard::Verdict verdict =
      here ? look(question.request, reply, facts)
           : co_await parts_.parsing->run([look, request = question.request, body = std::move(reply),
                                           by = std::move(facts)] { return look(request, body, by); });
  if (verdict.kind == guard::Verdict::Kind::refuse) co_return std::unexpected(std::move(*verdict.error));
  co_return Passed{.excused = std::move(verdict.overridden)};
}

}  // namespace wardend::judging
