#include "tests/integration/hub.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace wardend::test {

Hub::Hub(const Site& site, Address address)
    : address_(std::move(address)),
      port_(free_port()),
      url_((address_.certificate.empty() ? "http://" : "https://") + address_.host + ":" + std::to_string(port_) +
           "/hub"),
      log_(site.folder() / ("hub-" + std::to_string(port_))) {}

void Hub::start() {
  Command command{{WARDEND_NODE, std::string(WARDEND_HUB_DIR) + "/hub.mjs"},
                  {"PORT=" + std::to_string(port_), "BASE=" + url_.substr(0, url_.rfind('/'))}};
  if (!address_.certificate.empty()) {
    command.environment.push_back("TLS_CERT=" + address_.certificate);
    command.environment.push_back("TLS_KEY=" + address_.key);
  }
  server_ = std::make_unique<Child>(command, log_.string() + "." + std::to_string(++starts_));
  EXPECT_TRUE(server_->wait_for("ready ")) << server_->output();
}

namespace {

// curl's answer as JSON; the certificate is the test's own.
json asked(const std::string& address, const std::string& body) {
  Command command{.arguments = {"curl", "-sSk", "--max-time", "20", address}, .input = body};
  if (!body.empty()) command.arguments.insert(command.arguments.end(), {"--data-binary", "@-"});
  const Finished curl = run(command);
  EXPECT_EQ(curl.exit_code, 0) << address << " " << curl.err;
  return json::parse(curl.out, nullptr, false);
}

}  // namespace

json Hub::control(const std::string& what, const json& value) const {
  return asked(url_.substr(0, url_.rfind('/')) + "/admin/" + what, value.dump());
}

json Hub::get(const std::string& what) const { return asked(url_.substr(0, url_.rfind('/')) + "/admin/" + what, {}); }

std::string Hub::publish(const std::string& topic, const std::string& event, const json& context,
                         const json& how) const {
  json request = {{"topic", topic}, {"event", event}, {"context", context}, {"unchecked", true}};
  request.update(how);
  return control("publish", request).value("id", "");
}

void Hub::send_raw(const std::string& topic, const std::string& text) const {
  control("publish", {{"topic", topic}, {"raw", text}});
}

double Hub::send_bytes(const std::string& topic, const std::string& bytes, Frame frame) const {
  return control("publish", {{"topic", topic}, {"raw_base64url", base64url(bytes)}, {"binary", frame == Frame::binary}})
      .value("at", 0.0);
}

json Hub::subscriptions() const { return get("subs"); }

std::vector<json> Hub::log(const std::string& what) const {
  std::vector<json> lines;
  for (const json& line : get("log"))
    if (line.value("what", "") == what) lines.push_back(line);
  return lines;
}

std::vector<json> Hub::acknowledgements(const std::string& id, std::size_t times) const {
  std::vector<json> found;
  (void)eventually([&] {
    found.clear();
    for (json& line : log("ack"))
      if (line.contains("id") && line.at("id") == id) found.push_back(std::move(line));
    return found.size() >= times;
  });
  return found;
}

json patient_entry(const std::string& id) {
  return {{"key", "patient"}, {"resource", {{"resourceType", "Patient"}, {"id", id}}}};
}

json encounter_entry(const std::string& id, const std::string& patient) {
  return {{"key", "encounter"},
          {"resource",
           {{"resourceType", "Encounter"},
            {"id", id},
            {"status", "in-progress"},
            {"class", {{"code", "AMB"}}},
            {"subject", {{"reference", "Patient/" + patient}}}}}};
}

Hub::Address with_certificate(const Site& site) {
  Hub::Address address{.certificate = (site.folder() / "hub.crt").string(),
                       .key = (site.folder() / "hub.key").string()};
  const Finished made =
      run({{"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=hub", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", address.key, "-out",
            address.certificate}});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  return address;
}

void Followed::offer(const std::string& url, const std::string& of_topic) const {
  ehr.set("config", {{"token_members", {{"hub.url", url}, {"hub.topic", of_topic}}}});
}

Settings Followed::following(Settings settings) {
  settings.fhircast = "enabled = true\n" + settings.fhircast;
  return settings;
}

std::string Followed::follow(Settings settings) {
  offer();
  start(following(std::move(settings)));
  std::string id = site.launched_session();
  EXPECT_TRUE(followed()) << site.wardend().output();
  return id;
}

// Not by the metrics, which are as old as a second.
int Followed::subscriptions(const std::string& state) const {
  auto control = site.control();
  const json hubs = ask(control, "Control.Status", json::object()).value("hubs", json::array());
  return static_cast<int>(
      std::ranges::count_if(hubs, [&](const json& row) { return row.value("state", "") == state; }));
}

bool Followed::followed(std::chrono::milliseconds patience) const {
  return eventually([&] { return subscriptions("following") >= 1; }, patience);
}

json Followed::on_screen(const std::string& id) { return session(id).value("on_screen", json::object()); }

bool Followed::shows(const std::string& id, const std::string& state, const std::string& patient,
                     std::chrono::milliseconds patience) {
  return eventually(
      [&] {
        const json shown = on_screen(id);
        const json who = shown.value("patient", json());
        return shown.value("state", "") == state && (patient.empty() ? who.is_null() : who == patient);
      },
      patience);
}

std::string Followed::tell(const std::string& event, const json& context, const json& how, int status) {
  std::string id = hub.publish(topic, event, context, how);
  const auto answers = hub.acknowledgements(id);
  EXPECT_FALSE(answers.empty()) << event << " is not answered";
  for (const json& answer : answers) EXPECT_EQ(answer.value("status", json()), json(status)) << event;
  return id;
}

bool Followed::audited(const std::vector<std::string>& words, std::chrono::milliseconds patience) const {
  return eventually([&] { return site.audited(words); }, patience);
}

bool Followed::cleared(const std::string& reason, std::chrono::milliseconds patience) {
  return audited({R"("kind":"clear")", R"("reason":")" + reason + "\""}, patience);
}

}  // namespace wardend::test
