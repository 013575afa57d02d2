#include "tests/integration/page_judge.hpp"

#include <cstdlib>
#include <vector>

namespace wardend::test {

PageJudge::PageJudge(const Site& site) : port_(free_port()) {
  Command command{{WARDEND_NODE, std::string(WARDEND_PEERS_DIR) + "/page-judge/judge.mjs", std::to_string(port_)}};
  if (const char* folder = std::getenv("WARDEND_SHOTS")) command.arguments.emplace_back(folder);
  judge_ = std::make_unique<Child>(command, site.folder() / "page-judge.log");
  EXPECT_TRUE(judge_->wait_for("ready")) << judge_->output()
                                         << "is Debian's chromium installed? script/bootstrap --full";
}

nlohmann::json PageJudge::ask(const std::string& what, const nlohmann::json& parameters) const {
  const std::string address = "http://127.0.0.1:" + std::to_string(port_) + what;
  const Page page = request(address, parameters.dump());
  EXPECT_EQ(page.status, 200) << page.body;
  auto reply = nlohmann::json::parse(page.body, nullptr, false);
  return reply.is_object() ? reply : nlohmann::json::object();
}

namespace {
PageJudge::View view_of(const nlohmann::json& reply) {
  return {reply.value("status", 0), reply.value("address", ""), reply.value("text", "")};
}
}  // namespace

PageJudge::View PageJudge::visit(const std::string& address) const {
  return view_of(ask("/visit", {{"url", address}}));
}
PageJudge::View PageJudge::back() const { return view_of(ask("/back", nlohmann::json::object())); }
PageJudge::View PageJudge::look() const { return view_of(ask("/look", nlohmann::json::object())); }

void PageJudge::judge(const std::string& name) const {
  const nlohmann::json reply = ask("/judge", {{"name", name}});
  EXPECT_EQ(reply.value("looks", 0), 12) << name;
  for (const auto& finding : reply.value("findings", std::vector<std::string>()))
    ADD_FAILURE() << name << ": " << finding;
}

}  // namespace wardend::test
