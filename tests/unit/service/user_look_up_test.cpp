#include "daemon/service/user_look_up.hpp"

#include <gtest/gtest.h>

#include <future>

#include "base/task_group.hpp"
#include "tests/support/until.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::service {
namespace {

using Answer = std::expected<uid_t, LookUpFailure>;

struct Directory {
  std::optional<Answer>& ask(const std::string& name) {
    answer.reset();
    tasks.spawn("ask", keep(name));
    clock.settle();
    return answer;
  }
  std::optional<Answer> answer_to(const std::string& name) {
    ask(name);
    test::until(loop, [&] { return answer.has_value(); }, [&] { clock.settle(); });
    return answer;
  }
  asio::io_context loop;
  test::VirtualClock clock{loop};
  Worker worker{clock};
  std::optional<Answer> answer;
  TaskGroup tasks{loop.get_executor()};

 private:
  asio::awaitable<void> keep(std::string name) { answer.emplace(co_await look_up_user(worker, std::move(name))); }
};

TEST(UserLookUp, GivesTheNumberOfAUser) { EXPECT_EQ(Directory().answer_to("root"), Answer(0U)); }

TEST(UserLookUp, TellsAUserWhoIsNotThere) {
  Directory world;
  EXPECT_EQ(world.answer_to("no-user-of-this-name"), Answer(std::unexpected(LookUpFailure::unknown)));
  EXPECT_EQ(world.answer_to(""), Answer(std::unexpected(LookUpFailure::unknown)));
}

// The user may exist: a lock of that name must not be taken for one of nobody.
TEST(UserLookUp, TellsADirectoryThatDoesNotAnswer) {
  Directory world;
  std::promise<void> release;
  const auto hung = world.worker.begin(world.loop.get_executor(), [gate = release.get_future().share()] {
    gate.wait();
    return 0;
  });
  auto& answer = world.ask("root");
  world.clock.advance(look_up_patience);
  EXPECT_EQ(answer, Answer(std::unexpected(LookUpFailure::no_answer)));
  release.set_value();
}

}  // namespace
}  // namespace wardend::service
