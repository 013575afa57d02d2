#include "tests/integration/balp_judge.hpp"

#include <fstream>
#include <sstream>

#include "tests/integration/child.hpp"

namespace wardend::test {

Judgement judged(const std::string& lines, const std::filesystem::path& folder, Profiles profiles) {
  const std::filesystem::path file = folder / "events.jsonl";
  std::ofstream(file) << lines;
  std::vector<std::string> words = {WARDEND_NODE, std::string(WARDEND_JUDGE_DIR) + "/judge.mjs", file, "--errors"};
  if (profiles == Profiles::required) words.emplace_back("--require-profile");
  const Finished judge = run({std::move(words)}, 100s);
  Judgement found{.asked = judge.exit_code == 0 || judge.exit_code == 1, .words = judge.out + judge.err};
  std::istringstream counts(judge.err);
  counts >> found.events;
  std::istringstream findings(judge.out);
  for (std::string line; std::getline(findings, line);) found.errors[std::stoul(line)].push_back(line);
  return found;
}

}  // namespace wardend::test
