#include "tests/bench/upstream_sides.hpp"

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/system_clock.hpp"
#include "daemon/http/curl_client.hpp"
#include "tests/bench/beast_client.hpp"
#include "tests/bench/process.hpp"
#include "tests/bench/wire.hpp"

namespace wardend::bench {
namespace {

using Now = std::chrono::steady_clock;

constexpr std::size_t rounds = 5, requests = 2000, eight = 8;

HttpRequest request_of(const std::string& url) {
  return {.url = url,
          .headers = {{"Accept", "application/fhir+json"}, {"X-Request-Id", "abcdef0123456789"}},
          .authorization = Secret("Bearer 0123456789abcdef")};
}

// So many requests, one after the other, each read to its end.
asio::awaitable<void> ask(HttpClient& client, std::string url, std::size_t number, std::vector<double>& microseconds) {
  for (std::size_t i = 0; i < number; ++i) {
    const auto begun = Now::now();
    auto stream = co_await client.open(request_of(url));
    if (!stream || (*stream)->head().status != 200) throw std::runtime_error("no answer");
    for (;;) {
      const auto part = co_await (*stream)->next();
      if (!part) throw std::runtime_error("it broke off");
      if (part->empty()) break;
    }
    microseconds.push_back(std::chrono::duration<double, std::micro>(Now::now() - begun).count());
  }
}

struct Worked {
  double each = 0;  // microseconds of processor time a request
  double p50 = 0;
};
Worked worked(asio::io_context& loop, HttpClient& client, const std::string& url, std::size_t number,
              std::size_t at_once) {
  std::vector<double> microseconds;
  const double before = worked_microseconds(::getpid());
  std::size_t left = at_once;
  for (std::size_t i = 0; i < at_once; ++i)
    asio::co_spawn(loop, ask(client, url, number / at_once, microseconds), [&left](const std::exception_ptr& fault) {
      if (fault) std::rethrow_exception(fault);
      --left;
    });
  loop.restart();
  while (left != 0) loop.run_one();
  return {.each = (worked_microseconds(::getpid()) - before) / static_cast<double>(number),
          .p50 = percentile(microseconds, 50)};
}

// The rounds of one side.
struct Rounds {
  std::vector<double> p50, work, work_of_eight, large_work;
  void measure(asio::io_context& loop, HttpClient& client, const std::string& base) {
    const std::string record = base + "/Patient/patient-1";
    const Worked alone = worked(loop, client, record, requests, 1);
    p50.push_back(alone.p50);
    work.push_back(alone.each);
    work_of_eight.push_back(worked(loop, client, record, requests, eight).each);
    large_work.push_back(worked(loop, client, base + "/Binary/large", 1, 1).each / 1000);
  }
  [[nodiscard]] SideCost medians() const {
    return {.p50 = percentile(p50, 50),
            .work = percentile(work, 50),
            .work_of_eight = percentile(work_of_eight, 50),
            .large_work = percentile(large_work, 50)};
  }
};

}  // namespace

UpstreamSides cost_of_upstream_sides(const Nginx& nginx) {
  static const bool usable = http::global_init();
  if (!usable) throw std::runtime_error("libcurl cannot be used");
  asio::io_context loop(1);
  SystemClock clock(loop);
  http::CurlClient curl(loop, clock);
  const auto beast = beast_client(loop, nginx.direct().port);
  Rounds of_curl, of_beast;
  for (std::size_t round = 0; round < rounds; ++round) {
    of_curl.measure(loop, curl, nginx.base());
    of_beast.measure(loop, *beast, nginx.base());
  }
  curl.close();
  return {.curl = of_curl.medians(), .beast = of_beast.medians()};
}

}  // namespace wardend::bench
