// A connection that outlives its process, and pages under another machine's name.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

#include "tests/integration/neighbour.hpp"
#include "tests/integration/scenario.hpp"
#include "tests/integration/wire.hpp"

namespace wardend::test {
namespace {

// A process connects, asks once where it should, and ends. Its child inherits the connection and asks: what it hears.
std::string heard_by_an_heir(const std::filesystem::path& socket, const std::string& question, bool asked_before) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return "no pipe";
  const FileDescriptor told(ends[0]);
  const pid_t parent = ::fork();
  if (parent == 0) {
    const pid_t parent_itself = ::getpid();
    const Wire wire(socket);
    std::array<char, 65536> chunk{};
    if (asked_before) {
      wire.put(question);
      (void)::recv(wire.fd(), chunk.data(), chunk.size(), 0);
    }
    if (::fork() != 0) ::_exit(0);
    while (::getppid() == parent_itself) ::usleep(1000);  // until it has ended
    wire.put(question);
    const auto count = ::recv(wire.fd(), chunk.data(), chunk.size(), 0);
    if (count > 0) (void)!::write(ends[1], chunk.data(), static_cast<std::size_t>(count));
    ::_exit(0);
  }
  ::close(ends[1]);
  ::waitpid(parent, nullptr, 0);
  std::string all;
  std::array<char, 65536> chunk{};
  for (ssize_t count = 1; count > 0;) {
    count = ::read(told.get(), chunk.data(), chunk.size());
    if (count > 0) all.append(chunk.data(), static_cast<std::size_t>(count));
  }
  return all;
}

class OutlivedConnection : public Scenario {};
class MachinesNames : public Scenario {};

TEST_F(OutlivedConnection, GivesItsHeirNothing) {
  start();
  const std::string session = site.launched_session();
  const std::string call = frame_of("org.wardend.Broker.GetToken", R"({"session":")" + session + "\"}");
  const std::string request =
      "GET /fhir/" + session + "/Observation?patient=patient-1 HTTP/1.1\r\nHost: wardend\r\n\r\n";
  for (const bool asked_before : {false, true}) {
    EXPECT_EQ(heard_by_an_heir(site.folder() / "broker.sock", call, asked_before), "") << asked_before;
    EXPECT_EQ(heard_by_an_heir(site.folder() / "fhir.sock", request, asked_before), "") << asked_before;
  }
  // The same questions of a process that lives.
  EXPECT_EQ(answer({{"session", session}}), "token");
  const Wire wire(site);
  wire.put(request);
  EXPECT_TRUE(wire.answer().starts_with("HTTP/1.1 200 "));
}

TEST_F(MachinesNames, AreTheOnlyOnesThatPagesAnswerTo) {
  start();
  const std::string metrics = "http://127.0.0.1:" + std::to_string(site.metrics_port());
  for (const std::string& page : {metrics + "/metrics", metrics + "/readyz", site.loopback() + "/status"}) {
    const Page other = request(page, {}, {"Host: evil.example"});
    EXPECT_TRUE(other.status == 421 || other.status == 403) << page << other.status;
    EXPECT_FALSE(other.body.contains("wardend_sessions")) << page;
    EXPECT_EQ(request(page).status, 200) << page;
  }
}

}  // namespace
}  // namespace wardend::test
