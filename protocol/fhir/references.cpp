#include "protocol/fhir/references.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/json_members.hpp"
#include "base/json_path.hpp"
#include "base/text.hpp"
#include "protocol/fhir/compartment.hpp"
#include "protocol/fhir/id.hpp"
#include "protocol/fhir/reference.hpp"

namespace wardend::fhir {
namespace {

using nlohmann::json;

constexpr std::size_t deepest = 128;
constexpr std::size_t most_values = 500'000;

// Reference.type, which may be written as the canonical address of the type, with a version, in another case, and with
// blanks around it.
bool is_type_patient(std::string_view type) {
  constexpr std::string_view blanks = " \t\r\n";
  type = type.substr(0, type.find('|'));
  type = type.substr(0, type.find_last_not_of(blanks) + 1);
  const auto before = type.find_last_of("/ \t\r\n");
  return lower_case(before == std::string_view::npos ? type : type.substr(before + 1)) == "patient";
}

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

// Elements whose references are to patients, where nothing else says of what type they are.
bool is_about(std::string_view name) {
  constexpr auto names = std::to_array<std::string_view>({"beneficiary", "patient", "subject"});
  return std::ranges::find(names, name) != names.end();
}

bool is_encounter(std::string_view name) { return name == "encounter" || name == "context"; }

// Elements of addresses, which a server may follow as a reference; of an operation's parameter its text too. Not
// `reference`, which always is one.
bool may_be_address(std::string_view name, std::string_view parent) {
  constexpr auto names =
      std::to_array<std::string_view>({"fullUrl", "location", "url", "valueCanonical", "valueUri", "valueUrl"});
  if (name == "valueString") return parent == "parameter" || parent == "part";
  if (name == "url" && (parent == "extension" || parent == "modifierExtension")) return false;  // a name
  return std::ranges::find(names, name) != names.end();
}

bool may_be_of_patient(std::string_view type) { return belonging_of(type) != Belonging::none; }

std::optional<Mention> of_record(Naming naming, const ReferenceText& text) {
  if (text.type.empty() || !may_be_of_patient(text.type)) return std::nullopt;
  return Mention{.naming = naming, .id = text.id, .type = text.type};
}

std::optional<Mention> from_text(const ReferenceText& text, std::string_view type, std::string_view name) {
  const bool typed = is_type_patient(type);
  const bool unseen = text.form == ReferenceForm::elsewhere || text.form == ReferenceForm::contained ||
                      text.form == ReferenceForm::query;
  if (is_encounter(name) && unseen && !typed && !text.speaks_of_patient) return Mention{.naming = Naming::encounter};
  switch (text.form) {
    case ReferenceForm::here:
      if (text.type == "Patient") return Mention{.naming = Naming::patient, .id = text.id};
      if (typed) return Mention{.naming = Naming::malformed, .speaks_of_patient = true};
      return of_record(text.type == "Encounter" && is_encounter(name) ? Naming::encounter : Naming::record, text);
    case ReferenceForm::elsewhere:
      if (text.speaks_of_patient || typed) return Mention{.naming = Naming::elsewhere};
      return of_record(Naming::record_elsewhere, text);
    case ReferenceForm::entry:
      return Mention{.naming = Naming::entry, .id = text.id};
    case ReferenceForm::contained:
      return typed ? std::optional(Mention{.naming = Naming::contained}) : std::nullopt;
    case ReferenceForm::query:
      if (!may_be_of_patient(text.type) && !typed) return std::nullopt;
      return Mention{.naming = Naming::by_query, .speaks_of_patient = typed || text.type == "Patient"};
    case ReferenceForm::malformed:
      return Mention{.naming = Naming::malformed, .speaks_of_patient = typed || text.speaks_of_patient};
  }
  return Mention{.naming = Naming::malformed};
}

// What somebody finds who opens an address: a record here, in whatever spelling. A word alone is none.
std::optional<Mention> at_address(const ReferenceText& address, std::string_view text) {
  switch (address.form) {
    case ReferenceForm::here:
      return of_record(Naming::record, address);
    case ReferenceForm::query:
      return of_record(Naming::by_query, address);
    case ReferenceForm::malformed:
      return text.contains('/') ? of_record(Naming::malformed, address) : std::nullopt;
    case ReferenceForm::elsewhere:
      return address.same_host ? of_record(Naming::record_elsewhere, address) : std::nullopt;
    case ReferenceForm::entry:
    case ReferenceForm::contained:
      return std::nullopt;
  }
  return std::nullopt;
}

void add_identifier(Mention& mention, const json& identifier) {
  mention.system = text_view_member(identifier, "system");
  mention.value = text_view_member(identifier, "value");
}

// A Reference that has no `reference`: an identifier, or a name for people alone.
std::optional<Mention> without_reference(const json& object, std::string_view name) {
  const json* identifier = find_member(object, "identifier");
  const bool identified = identifier != nullptr && identifier->is_object();
  const std::string_view type = text_view_member(object, "type");
  if (name == "encounter" && identified) return Mention{.naming = Naming::encounter, .id = "an identifier"};
  const bool about = is_type_patient(type) || (type.empty() && is_about(name));
  if (!identified && (!about || !object.contains("display"))) return std::nullopt;
  Mention mention{.naming = about ? Naming::by_identifier : Naming::identifier, .type = about ? "" : type};
  if (identified) add_identifier(mention, *identifier);
  return mention;
}

// `value` and what is in it, where a list stands for its entries.
void collect(const json& value, std::string_view path, std::vector<const json*>& found) {
  if (value.is_array()) {
    for (const json& entry : value) collect(entry, path, found);
    return;
  }
  if (path.empty()) {
    found.push_back(&value);
    return;
  }
  const std::string name(path.substr(0, path.find('.')));
  const std::string_view rest = path.substr(std::min(name.size() + 1, path.size()));
  if (const json* member = find_member(value, name.c_str())) collect(*member, rest, found);
}

// The walk: one frame an open list or object.
class Walk {
 public:
  Walk(const json& root, const BaseUrl& base, const std::function<bool(const Mention&)>& accepts,
       std::string_view unlinked)
      : base_(base), accepts_(accepts), unlinked_(unlinked) {
    enter(root, {});
  }

  [[nodiscard]] std::optional<Refused> run() {
    while (!refused_ && !open_.empty()) {
      Frame& frame = open_.back();
      if (frame.next == frame.node->end())
        open_.pop_back();
      else
        step(frame);
    }
    return std::move(refused_);
  }

 private:
  struct Frame {
    const json* node;
    json::const_iterator next;  // behind the one that is being read
    std::string_view name;      // of the member that it is, or its list is
    bool contained;             // it stands in `contained`
    bool links = false;         // it is `link` of the Patient whose links lead where they may, or one of them
  };

  // Where what is entered stands.
  struct Place {
    std::string_view name = {};
    bool contained = false;
    bool links = false;
    bool linked = false;       // it is whom a link leads to
    std::string_view of = {};  // the member that it is of
  };

  void step(Frame& frame) {
    const auto at = frame.next++;
    const bool in_object = frame.node->is_object();
    const std::string_view name = in_object ? std::string_view(at.key()) : frame.name;
    const bool contained = frame.contained || (in_object && name == "contained");
    if (++values_ > most_values) return report({.naming = Naming::unread});
    const bool links = in_object ? name == "link" && is_unlinked(frame) : frame.links;
    const bool linked = in_object && frame.links && name == "other";
    if (at->is_structured())
      enter(*at, {.name = name, .contained = contained, .links = links, .linked = linked, .of = frame.name});
    else if (in_object && at->is_string())
      text_at(frame, name, at->get_ref<const std::string&>());
  }

  // The resource itself or one of a Bundle, and no other object that says that it is that Patient.
  [[nodiscard]] bool is_unlinked(const Frame& frame) const {
    const bool is_resource = open_.size() == 1 || frame.name == "resource";
    return !unlinked_.empty() && is_resource && !frame.contained &&
           text_view_member(*frame.node, "resourceType") == "Patient" &&
           text_view_member(*frame.node, "id") == unlinked_;
  }

  void enter(const json& node, const Place& place) {
    if (!node.is_structured()) return;
    if (open_.size() == deepest) return report({.naming = Naming::unread});
    open_.push_back({&node, node.begin(), place.name, place.contained, place.links});
    if (node.is_object()) judge(node, place);
  }

  void judge(const json& object, const Place& place) {
    const bool root = open_.size() == 1;
    if (const std::string_view type = text_view_member(object, "resourceType"); !type.empty() && !root) {
      if (place.contained && object.contains("contained")) return offer({.naming = Naming::malformed});
      if (type == "Patient")
        offer({.naming = place.contained ? Naming::contained : Naming::resource, .id = text_view_member(object, "id")});
    }
    // A Reference stays one with a resourceType in it.
    if (place.linked) return;
    if (place.name == "valueIdentifier" && (place.of == "parameter" || place.of == "part")) {
      Mention mention{.naming = Naming::identifier};
      add_identifier(mention, object);
      return offer(mention);
    }
    if (const auto mention = mention_in(object, place.name, base_)) offer(*mention);
  }

  // A parameter of an operation may name its patient by the id alone.
  void text_at(const Frame& frame, std::string_view name, std::string_view text) {
    const bool parameter = frame.name == "parameter" || frame.name == "part";
    if (parameter && name.starts_with("value") && names_whom(text_view_member(*frame.node, "name")))
      if (const std::string_view id = without_blanks(text); valid_id(id))
        return offer({.naming = Naming::patient, .id = id});
    if (may_be_address(name, frame.name)) address(name, text);
  }

  // A text that is an address: only where it is one of a patient or of a record here. What stands at a fullUrl is in
  // the Bundle itself.
  void address(std::string_view name, std::string_view text) {
    const ReferenceText reference = read_reference(text, base_);
    if (reference.form == ReferenceForm::here && reference.type == "Patient")
      return offer({.naming = Naming::patient, .id = reference.id});
    if (name == "fullUrl") return;
    if (const auto record = at_address(reference, text)) offer(*record);
  }

  void offer(const Mention& mention) {
    if (!accepts_(mention)) report(mention);
  }

  void report(const Mention& mention) {
    if (!refused_)
      refused_ = Refused{.naming = mention.naming, .id = std::string(mention.id), .path = json_path(open_)};
  }

  const BaseUrl& base_;
  const std::function<bool(const Mention&)>& accepts_;
  std::string_view unlinked_;
  std::vector<Frame> open_;
  std::size_t values_ = 0;
  std::optional<Refused> refused_;
};

}  // namespace

// "patientId", "Patient", "subject-ids" as "patient" and "subject".
bool names_whom(std::string_view parameter) {
  std::string name = lower_case(parameter);
  std::erase_if(name, [](char c) { return c == '-' || c == '_'; });
  for (const std::string_view end : {"s", "id"})
    if (name.ends_with(end) && name.size() > end.size()) name.resize(name.size() - end.size());
  return is_about(name) || name == "for";
}

std::vector<const json*> elements_at(const json& resource, std::string_view path) {
  std::vector<const json*> found;
  if (!path.empty()) collect(resource, path, found);
  return found;
}

std::optional<Mention> mention_in(const json& reference, std::string_view name, const BaseUrl& base) {
  if (!reference.is_object()) return std::nullopt;
  const json* text = find_member(reference, "reference");
  if (text == nullptr) return without_reference(reference, name);
  if (text->is_object()) return without_reference(reference, name);  // an element of that name
  if (!text->is_string()) return Mention{.naming = Naming::malformed};
  const ReferenceText read = read_reference(text->get_ref<const std::string&>(), base);
  auto mention = from_text(read, text_view_member(reference, "type"), name);
  if (mention && mention->naming == Naming::encounter && mention->id.empty())
    mention->id = text->get_ref<const std::string&>();
  const json* identifier = find_member(reference, "identifier");
  if (identifier == nullptr) return mention;
  if (!identifier->is_object()) return Mention{.naming = Naming::malformed};
  if (!mention) mention = Mention{.naming = Naming::identifier, .type = read.type};
  add_identifier(*mention, *identifier);
  return mention;
}

std::optional<Refused> first_refused(const json& resource, const BaseUrl& base,
                                     const std::function<bool(const Mention&)>& accepts, std::string_view unlinked) {
  return Walk(resource, base, accepts, unlinked).run();
}

}  // namespace wardend::fhir
