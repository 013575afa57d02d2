// A patient's chart through wardend's FHIR gateway: any HTTP library (here libcurl), and no token in this program.
//
//     gateway SESSION [NOTE]     SESSION: its id, as Monitor, AwaitLaunch and `wardctl sessions` tell it
//
// Reads the patient and every page of the observations; writes NOTE as another one.
#include <curl/curl.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <wardend/client.hpp>

#include "what_to_do.hpp"

using nlohmann::json;

std::string broker_socket() {
  const char* named = std::getenv("WARDEND_SOCKET");
  return named != nullptr ? named : wardend::client::default_socket;
}

std::string fhir_socket() {
  const char* named = std::getenv("WARDEND_FHIR");
  return named != nullptr ? named : std::filesystem::path(broker_socket()).replace_filename("fhir.sock").string();
}

std::size_t keep(char* bytes, std::size_t size, std::size_t count, void* text) {
  static_cast<std::string*>(text)->append(bytes, size * count);
  return size * count;
}

// The sentence for an answer that is none: of wardend's own error, or of the server's status.
std::string sentence(long status, const json& outcome) {
  for (const json& issue : outcome.value("issue", json::array()))
    for (const json& coding : issue.value("/details/coding"_json_pointer, json::array()))
      if (coding.value("system", "") == "urn:wardend:error") {
        const std::string name = coding.value("code", "");
        return std::string(on_error(name).sentence) + " (" + name + ": " + issue.value("diagnostics", "") + ")";
      }
  return "The EHR answered " + std::to_string(status) + ".";
}

class Chart {
 public:
  Chart(std::string base, const std::string& patient)
      : base_(std::move(base)), screen_("X-Wardend-Patient: " + patient) {}  // whom the screen shows: wardend compares

  // The answer's JSON. `address` is below the FHIR base, or one that an answer brought. An empty body is a GET.
  json ask(const std::string& address, const std::string& body = "") {
    curl_slist* lines = curl_slist_append(nullptr, screen_.c_str());
    if (!body.empty()) lines = curl_slist_append(lines, "Content-Type: application/fhir+json");
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(lines, curl_slist_free_all);
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
    const std::string url = address.starts_with("http://") ? address : base_ + address, socket = fhir_socket();
    std::string text;
    curl_easy_setopt(curl.get(), CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &text);
    if (!body.empty()) curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
    if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK)
      throw std::runtime_error(std::string("wardend does not answer: ") + curl_easy_strerror(code));
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_header* stale = nullptr;
    if (curl_easy_header(curl.get(), "X-Wardend-Stale", 0, CURLH_HEADER, -1, &stale) == CURLHE_OK &&
        std::string(stale->value) == "true")
      std::cout << "NOT CONFIRMED: the EHR has not answered lately." << std::endl;
    json told = json::parse(text, nullptr, false);
    if (!told.is_object()) told = json::object();
    if (status >= 400) throw std::runtime_error(sentence(status, told));
    return told;
  }

  // Every page: a `next` link leads through the gateway again, and is followed as it is.
  std::size_t count(std::string address) {
    std::size_t found = 0;
    while (!address.empty()) {
      const json bundle = ask(address);
      found += bundle.value("entry", json::array()).size();
      address.clear();
      for (const json& link : bundle.value("link", json::array()))
        if (link.value("relation", "") == "next") address = link.value("url", "");
    }
    return found;
  }

 private:
  std::string base_, screen_;
};

int main(int count, char** words) try {
  if (count < 2) throw std::runtime_error("gateway SESSION [NOTE]");
  auto broker = wardend::client::Client::connect(broker_socket());
  if (!broker) throw std::runtime_error("wardend does not answer: " + broker.error().detail);
  const auto told = broker->call("org.wardend.Broker.GetSession", {{"session", words[1]}});
  if (!told) throw std::runtime_error("no such session: " + told.error().error + told.error().detail);
  const std::string patient = told->at("/session/context/patient"_json_pointer);
  Chart chart(told->at("gateway_base_url"), patient);
  std::cout << "Patient " << chart.ask("/Patient/" + patient).value("id", "") << std::endl;
  std::cout << chart.count("/Observation?_count=10&patient=" + patient) << " observations" << std::endl;
  if (count > 2) {
    const json note = {{"resourceType", "Observation"},
                       {"status", "preliminary"},
                       {"code", {{"text", "Note"}}},
                       {"subject", {{"reference", "Patient/" + patient}}},
                       {"valueString", words[2]}};
    std::cout << "Saved as Observation/" << chart.ask("/Observation", note.dump()).value("id", "") << std::endl;
  }
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << std::endl;
  return 1;
}
