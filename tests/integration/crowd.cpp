#include "tests/integration/crowd.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <vector>

#include "base/file_descriptor.hpp"

namespace wardend::test {
namespace {

enum class Habit { idle, half_frame, flood, deaf, deep, large, vanish, refused, mixed, curious };

std::string call_of(const std::string& parameters) {
  return R"({"method":"org.wardend.Broker.GetToken","parameters":)" + parameters + "}" + '\0';
}

std::string framed(const std::string& text) { return text + '\0'; }

// What one habit sends, over and over.
std::string speech(Habit habit) {
  const std::string unknown = framed(R"({"method":"org.wardend.Broker.NoSuchMethod"})");
  switch (habit) {
    case Habit::idle:
      return {};
    case Habit::refused:
      return unknown;
    case Habit::mixed: {
      std::string words;
      for (int i = 0; i < 8; ++i) words += call_of("{}");
      return words + framed(R"({"method":"org.wardend.Broker.GetHealth"})");
    }
    case Habit::curious:
      return framed(
          R"({"method":"org.varlink.service.GetInterfaceDescription","parameters":{"interface":"org.wardend.Broker"}})");
    case Habit::half_frame:
      return call_of("{}").substr(0, 20);
    case Habit::flood:
    case Habit::deaf:
    case Habit::vanish:
      return call_of(R"({"session":"none"})");
    case Habit::deep:
      return call_of(std::string(120'000, '[') + std::string(120'000, ']'));
    case Habit::large:
      return call_of(R"({"session":")" + std::string(255UL * 1024, 'x') + "\"}");
  }
  return {};
}

FileDescriptor connection(const std::string& path, int flags) {
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) socket.reset();
  return socket;
}

[[noreturn]] void churn(const std::string& path) {
  for (;;) (void)connection(path, 0);
}

struct Member {
  Habit habit;
  FileDescriptor socket = {};
  std::size_t sent = 0;  // of the speech
};

class Riot {
 public:
  Riot(std::string path, const CrowdPlan& plan) : path_(std::move(path)), poll_(::epoll_create1(0)) {
    // In the order of Habit.
    const std::pair<Habit, std::size_t> groups[] = {
        {Habit::idle, plan.idle},        {Habit::half_frame, plan.half_frames},
        {Habit::flood, plan.floods},     {Habit::deaf, plan.deaf},
        {Habit::deep, plan.deep},        {Habit::large, plan.large},
        {Habit::vanish, plan.vanishing}, {Habit::refused, plan.refused},
        {Habit::mixed, plan.mixed},      {Habit::curious, plan.curious}};
    for (const auto& [habit, count] : groups) {
      speeches_.push_back(speech(habit));
      for (std::size_t i = 0; i < count; ++i) members_.push_back({habit});
    }
    for (std::size_t i = 0; i < members_.size(); ++i) join(i);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 256> events{};
    for (;;) {
      const int count = ::epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()), 20);
      for (int i = 0; i < count; ++i) act(events[static_cast<std::size_t>(i)]);
      for (std::size_t i = 0; i < members_.size(); ++i)
        if (!members_[i].socket.valid()) join(i);
    }
  }

 private:
  void join(std::size_t index) {
    Member& member = members_[index];
    member.sent = 0;
    member.socket = connection(path_, SOCK_NONBLOCK);
    if (!member.socket.valid()) return;
    epoll_event wanted{};
    wanted.events = EPOLLOUT | EPOLLHUP | (member.habit == Habit::deaf ? 0U : static_cast<unsigned>(EPOLLIN));
    wanted.data.u64 = index;
    ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, member.socket.get(), &wanted);
  }

  void act(const epoll_event& event) {
    Member& member = members_[event.data.u64];
    if (!member.socket.valid()) return;
    if ((event.events & (EPOLLHUP | EPOLLERR)) != 0) return member.socket.reset();
    std::array<char, 16384> heard{};
    if ((event.events & EPOLLIN) != 0 && ::recv(member.socket.get(), heard.data(), heard.size(), 0) == 0)
      return member.socket.reset();
    if ((event.events & EPOLLOUT) == 0) return;
    if (member.habit == Habit::idle) return stop_speaking(member);
    speak(member);
  }

  void speak(Member& member) {
    const std::string& words = speeches_[static_cast<std::size_t>(member.habit)];
    if (member.habit == Habit::half_frame && member.sent == words.size()) return stop_speaking(member);
    const ssize_t sent =
        ::send(member.socket.get(), words.data() + member.sent, words.size() - member.sent, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return member.socket.reset();
    if (sent > 0) member.sent += static_cast<std::size_t>(sent);
    if (member.sent < words.size() || member.habit == Habit::half_frame) return;
    member.sent = 0;
    if (member.habit == Habit::vanish) member.socket.reset();
  }

  void stop_speaking(const Member& member) {
    epoll_event wanted{};
    wanted.events = EPOLLIN | EPOLLHUP;
    wanted.data.u64 = static_cast<std::uint64_t>(&member - members_.data());
    ::epoll_ctl(poll_.get(), EPOLL_CTL_MOD, member.socket.get(), &wanted);
  }

  std::string path_;
  FileDescriptor poll_;
  std::vector<std::string> speeches_;  // by habit
  std::vector<Member> members_;
};

}  // namespace

Crowd::Crowd(const std::filesystem::path& socket, const CrowdPlan& plan, std::optional<uid_t> uid) {
  const std::string path = socket.string();
  const auto start = [&](const auto& work) {
    const pid_t pid = ::fork();
    if (pid != 0) return pids_.push_back(pid);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (uid && (::setgid(*uid) != 0 || ::setuid(*uid) != 0)) ::_exit(1);
    work();
  };
  start([&] { Riot(path, plan).run(); });
  for (std::size_t i = 0; i < plan.churning; ++i) start([&] { churn(path); });
}

Crowd::~Crowd() {
  for (const pid_t pid : pids_) ::kill(pid, SIGKILL);
  for (const pid_t pid : pids_) ::waitpid(pid, nullptr, 0);
}

}  // namespace wardend::test
