#include "daemon/writes/write_judge.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.hpp"
#include "daemon/guard/asked_write.hpp"

namespace wardend::writes {
namespace {

std::unexpected<Error> gone() { return fail(errors::UnknownSession{"the session has ended meanwhile: launch again"}); }

}  // namespace

// Everything about one write. It is on the loop, or beside it, and never in both places at a time.
struct WriteJudge::Papers {
  WriteQuestion question;
  fhir::FhirRequest request = {};
  guard::Facts facts = {};
  bool wants_body = false;
  std::vector<Stored> stored = {};
  std::size_t bytes = 0;  // of all JSON in it

  [[nodiscard]] guard::Verdict weigh() {
    if (!wants_body) return guard::decide(request, facts);
    const guard::Body whole{.json = question.body.json.get()};
    if (stored.empty()) return guard::decide(request, whole, facts);
    std::vector<guard::Target> targets;
    for (const Stored& one : stored)
      targets.push_back({.type = one.what.type,
                         .id = one.what.id,
                         .resource = one.resource.get(),
                         .gone = one.gone,
                         .version = one.version});
    return guard::decide(request, whole, targets, facts);
  }
};

Result<const session::Session*> WriteJudge::find(const WriteQuestion& question) const {
  const session::Session* session = parts_.store.find_live(question.session, question.epoch);
  if (session == nullptr) return gone();
  return session;
}

Result<void> WriteJudge::gather(Papers& papers) const {
  const auto session = find(papers.question);
  if (!session) return std::unexpected(session.error());
  const config::Config& config = parts_.config.get();
  const config::App* app = config.app((*session)->app);
  const config::Server* server = config.server((*session)->server);
  if (app == nullptr || server == nullptr) return gone();
  papers.facts = facts_of(**session, *app, *server, config.identifiers, parts_.server_health, papers.question.named,
                          parts_.clock.now());
  return {};
}

asio::awaitable<guard::Verdict> WriteJudge::weigh(std::shared_ptr<Papers> papers) const {
  if (parts_.parsing == nullptr || papers->bytes <= most_json_on_loop) co_return papers->weigh();
  co_return co_await parts_.parsing->run([papers = std::move(papers)] { return papers->weigh(); });
}

asio::awaitable<Result<void>> WriteJudge::read_targets(std::shared_ptr<Papers> papers,
                                                       std::vector<guard::Wanted> wanted) {
  for (guard::Wanted& what : wanted) {
    const auto session = find(papers->question);
    if (!session) co_return std::unexpected(session.error());
    const session::Tokens* tokens = (*session)->tokens();
    if (tokens == nullptr) co_return gone();
    auto stored = co_await parts_.targets.read(
        {.server = (*session)->server,
         .what = std::move(what),
         .token = tokens->access.clone(),
         .until = papers->question.until,
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

asio::awaitable<Result<Passed>> WriteJudge::judge(WriteQuestion question) {
  co_await parts_.patients.renew(question.session, question.epoch, most_check_age, question.until);
  const std::size_t bytes = question.body.bytes;
  auto papers = std::make_shared<Papers>(Papers{.question = std::move(question), .bytes = bytes});
  if (auto gathered = gather(*papers); !gathered) co_return std::unexpected(gathered.error());
  auto request = guard::request_of({.interaction = papers->question.interaction,
                                    .resource_type = papers->question.resource_type,
                                    .target = papers->question.target},
                                   papers->facts.base);
  if (!request) co_return std::unexpected(request.error());
  papers->request = std::move(*request);
  constexpr int most_stages = 8;
  for (int stage = 0; stage < most_stages; ++stage) {
    guard::Verdict verdict = co_await weigh(papers);
    switch (verdict.kind) {
      case guard::Verdict::Kind::pass:
        co_return Passed{.if_match = std::move(verdict.if_match), .excused = std::move(verdict.overridden)};
      case guard::Verdict::Kind::refuse:
        co_return std::unexpected(std::move(*verdict.error));
      case guard::Verdict::Kind::needs_body:
        papers->wants_body = true;
        break;
      case guard::Verdict::Kind::needs_target: {
        papers->wants_body = true;
        auto read = co_await read_targets(papers, std::move(verdict.targets));
        if (!read) co_return std::unexpected(read.error());
        break;
      }
      case guard::Verdict::Kind::inspect_reply:
        co_return fail(errors::NotSupported{"a write whose answer must be judged too"});
    }
    if (auto gathered = gather(*papers); !gathered) co_return std::unexpected(gathered.error());
  }
  co_return fail(errors::ResourceRejected{.reason = "the write needs more to be read than wardend reads for one"});
}

}  // namespace wardend::writes
