// Writes over the whole core: a patient that the server knows, a session that may write, and what stands on the server.
#pragma once

#include <nlohmann/json.hpp>

#include "tests/unit/service/service_world.hpp"

namespace wardend::test {

struct WriteWorld : ServiceWorld {
  writes::WriteGuard& guard = core.write_guard;
  writes::Permits& permits = core.permits;
  writes::WriteRecord& record = core.write_record;
  Client client = user();

  WriteWorld() {
    ehr.records["Patient/p1"] = {.body = R"({"resourceType":"Patient","id":"p1","active":true})"};
    ehr.records["Observation/o1"] = {.body = R"({"resourceType":"Observation","id":"o1","status":"final",)"
                                             R"("subject":{"reference":"Patient/p1"}})",
                                     .etag = "W/\"4\""};
    ehr.records["Observation/o2"] = {.body = R"({"resourceType":"Observation","id":"o2","status":"final",)"
                                             R"("subject":{"reference":"Patient/p2"}})",
                                     .etag = "W/\"4\""};
    launches.spawn("patients", core.patient_checks.run());
    launches.spawn("permits", permits.run());
    clock.settle();
  }
  session::Session& writer(const std::string& id = "s") {
    session::Session& session = begin(id);
    session.granted = smart::ScopeSet("patient/Patient.r patient/Observation.cruds");
    return session;
  }
  static std::string observation(const std::string& patient = "p1", const std::string& more = "") {
    return R"({"resourceType":"Observation","status":"final","subject":{"reference":"Patient/)" + patient + "\"}" +
           more + "}";
  }
  writes::WriteQuestion create(const std::string& body = observation()) {
    return {.session = "s",
            .epoch = client.call.epoch_tag,
            .named = {.patient = "p1"},
            .interaction = fhir::Interaction::create,
            .resource_type = "Observation",
            .body = body_of(body)};
  }
  static judging::Body body_of(const std::string& text) {
    return {.json = std::make_shared<const nlohmann::json>(nlohmann::json::parse(text)), .bytes = text.size()};
  }
  writes::WriteQuestion update(const std::string& id, const std::string& patient = "p1") {
    writes::WriteQuestion question = create(observation(patient, ",\"id\":\"" + id + "\""));
    question.interaction = fhir::Interaction::update;
    question.target = id;
    return question;
  }
  // What may be used of it after the call.
  struct Answer {
    std::string permit, if_match, token;
  };
  asio::awaitable<Result<Answer>> answer(writes::WriteQuestion question) {
    auto permitted = co_await guard.authorize(client.caller, std::move(question));
    if (!permitted) co_return fail(permitted.error());
    co_return Answer{permitted->permit, permitted->if_match, std::string(permitted->session.tokens()->access.reveal())};
  }
  Result<Answer> authorize(writes::WriteQuestion question) {
    auto answered = within(20s, answer(std::move(question)));
    return answered ? std::move(*answered) : fail(no_answer("no answer at all"));
  }
  Result<void> conclude(const std::string& permit) {
    return guard.conclude(client.caller, client.call.epoch_tag, permit, writes::Outcome::success, "Observation/9");
  }
  // The error's name, or "permitted".
  std::string asked(writes::WriteQuestion question) {
    const auto answered = authorize(std::move(question));
    return answered ? "permitted" : std::string(name_of(answered.error().code()));
  }
};

}  // namespace wardend::test
