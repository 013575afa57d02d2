// Two users at two seats, and who may call org.wardend.Control there.
#pragma once

#include <string>
#include <utility>

#include "tests/unit/service/service_world.hpp"

namespace wardend::test {

inline ipc::CallerFacts with_group(ipc::CallerFacts facts, gid_t group) {
  facts.groups = {group};
  return facts;
}

// Two users at two seats: c1 of 1000 with "a" (vitals) and "b" (other), c2 of 1001 with "c" (vitals).
struct Ward : ServiceWorld {
  Ward() {
    logind.add("c2", 1001).seat = "seat1";
    logind.add("c3", 1000).seat = "seat2";
    settings->apps.push_back(app());
    settings->apps.back().id = "other";
    workstation.read_picture({});
    begin("a");
    begin("b").app = "other";
    begin("c", "c2").uid = 1001;
  }
  [[nodiscard]] std::string alive() {
    std::string ids;
    for (const char* id : {"a", "b", "c"})
      if (store.find(id)->state() != session::State::cleared) ids += id;
    return ids;
  }
};

enum class By { root, root_on_c1, system_unit, user_in_c1, user_nowhere };
inline ipc::CallerFacts facts_of(By by) {
  switch (by) {
    case By::root:
      return in_system_unit(0, "");
    case By::root_on_c1:
      return in_login_session(0, "c1");
    case By::system_unit:
      return with_group(in_system_unit(990, "ehr-agent.service"), 501);
    case By::user_in_c1:
      return with_group(in_login_session(1000, "c1"), 501);
    case By::user_nowhere:
      break;
  }
  auto facts = with_group(in_system_unit(1000, "user@1000.service"), 501);
  facts.cgroup.user_manager = 1000;
  return facts;
}

// Whether a call was answered, without its reply.
template <typename T>
Result<void> plain(const Result<T>& reply) {
  if (!reply) return std::unexpected(reply.error());
  return {};
}

}  // namespace wardend::test
