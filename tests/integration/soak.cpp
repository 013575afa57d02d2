#include "tests/integration/soak.hpp"

#include <curl/curl.h>

#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "tests/integration/writing.hpp"

namespace wardend::test {
namespace {

using Clock = std::chrono::steady_clock;

bool is_good(long status) { return status >= 200 && status < 300; }

struct Asked {
  const char* method = "GET";
  std::string path;
  std::string body = {};
};

Asked request_of(std::size_t number) {
  if (number % 50 == 49) return {.path = "Observation/p2-hr-01"};
  switch (number % 10) {
    case 0:
      return {.path = "Patient/p1"};
    case 6:
      return {.path = "Observation?patient=p1&_count=20"};
    case 7:
      return {.path = "Binary/scan"};
    case 8:
      return {.method = "POST", .path = "Observation", .body = observation("p1").dump()};
    case 9: {
      nlohmann::json resource = observation("p1");
      resource["id"] = soak_record(number);
      return {.method = "PUT", .path = "Observation/" + soak_record(number), .body = resource.dump()};
    }
    default:
      return {.path = "Observation/" + soak_record(number)};
  }
}

constexpr std::size_t enough = 1024;  // of an answer that is shown

std::size_t keep_beginning(char* bytes, std::size_t size, std::size_t count, void* context) {
  auto& kept = *static_cast<std::string*>(context);
  if (kept.size() < enough) kept.append(bytes, std::min(size * count, enough - kept.size()));
  return size * count;
}

class Worker {
 public:
  Worker(const Site& site, const std::string& session)
      : socket_(site.folder() / "fhir.sock"), base_("http://wardend/fhir/" + session + "/") {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() { curl_easy_cleanup(easy_); }

  void send(std::size_t number, const Asked& asked, SoakTally& tally) {
    std::string beginning;
    curl_easy_reset(easy_);
    curl_slist* headers = nullptr;
    for (const std::string& line :
         {"X-Request-Id: " + std::string(soak_mark) + std::to_string(number), std::string("X-Wardend-Patient: p1"),
          std::string("Content-Type: application/fhir+json"),
          "Accept: " + std::string(asked.path.starts_with("Binary") ? "application/dicom" : "application/fhir+json"),
          std::string("Expect:")})
      headers = curl_slist_append(headers, line.c_str());
    curl_easy_setopt(easy_, CURLOPT_UNIX_SOCKET_PATH, socket_.c_str());
    curl_easy_setopt(easy_, CURLOPT_URL, (base_ + asked.path).c_str());
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, asked.method);
    curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, keep_beginning);
    curl_easy_setopt(easy_, CURLOPT_WRITEDATA, &beginning);
    curl_easy_setopt(easy_, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    if (!asked.body.empty()) {
      curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE, static_cast<long>(asked.body.size()));
      curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, asked.body.c_str());
    }
    long status = 0;
    if (curl_easy_perform(easy_) == CURLE_OK) curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    ++tally.answers[status];
    if (!is_good(status) && beginning.starts_with('{')) tally.examples[status] = beginning;
  }

 private:
  CURL* easy_ = curl_easy_init();
  std::string socket_;
  std::string base_;
};

}  // namespace

std::string soak_record(std::size_t number) {
  const std::string two = std::to_string(1 + number % soak_records);
  return "p1-hr-" + std::string(two.size() < 2 ? "0" : "") + two;
}

std::size_t SoakTally::all() const {
  std::size_t sum = 0;
  for (const auto& [status, count] : answers) sum += count;
  return sum;
}

std::size_t SoakTally::good() const {
  std::size_t sum = 0;
  for (const auto& [status, count] : answers) sum += is_good(status) ? count : 0;
  return sum;
}

void SoakTally::add(const SoakTally& more) {
  for (const auto& [status, count] : more.answers) answers[status] += count;
  for (const auto& [status, beginning] : more.examples) examples[status] = beginning;
}

SoakTally soak(const Site& site, const std::string& session, unsigned per_second, unsigned workers,
               Clock::time_point end) {
  static std::atomic<std::size_t> numbers = 0;  // of all soaks of this program: an id stands for one request
  const auto begun = Clock::now();
  const std::size_t first = numbers;
  std::mutex guard;
  SoakTally tally;
  std::vector<std::jthread> all;
  for (unsigned i = 0; i < workers; ++i)
    all.emplace_back([&] {
      Worker worker(site, session);
      SoakTally some;
      for (;;) {
        const std::size_t number = numbers++;
        const auto due = begun + std::chrono::microseconds(1'000'000 * (number - first) / per_second);
        if (due >= end) break;
        std::this_thread::sleep_until(due);
        worker.send(number, request_of(number), some);
      }
      const std::scoped_lock lock(guard);
      tally.add(some);
    });
  all.clear();
  return tally;
}

}  // namespace wardend::test
