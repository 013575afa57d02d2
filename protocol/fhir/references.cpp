#include "protocol/fhir/references.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/json_members.hpp"
#include "base/json_path.hpp"
#include "protocol/fhir/operation_parameters.hpp"

namespace wardend::fhir {
namespace {

using nlohmann::json;

constexpr std::size_t deepest = 128;
constexpr std::size_t most_values = 500'000;

// Elements of addresses, which a server may follow as a reference. Not `reference`, which always is one.
bool may_be_address(std::string_view name, std::string_view parent) {
  constexpr auto names =
      std::to_array<std::string_view>({"fullUrl", "location", "url", "valueCanonical", "valueUri", "valueUrl"});
  if (name == "url" && (parent == "extension" || parent == "modifierExtension")) return false;  // a name
  return std::ranges::find(names, name) != names.end();
}

bool is_parameter(std::string_view name) { return name == "parameter" || name == "part"; }

bool is_parameters(const json& resource) { return text_view_member(resource, "resourceType") == "Parameters"; }

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
    json::const_iterator next;        // behind the one that is being read
    std::string_view name;            // of the member that it is, or its list is
    bool contained;                   // it stands in `contained`
    bool links = false;               // it is `link` of the Patient whose links lead where they may, or one of them
    std::string_view parameter = {};  // of an operation, that it is a part of: what it is called
    bool operates = false;            // it is Parameters, or of the parameters in it
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
    else if (in_object && is_value(frame, name) && names_somebody(frame.parameter))
      offer({.naming = Naming::malformed});
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
    const bool of_operation = !open_.empty() && open_.back().operates && is_parameter(place.name);
    open_.push_back({&node, node.begin(), place.name, place.contained, place.links, parameter_of(node, place),
                     of_operation || is_parameters(node)});
    if (of_operation && node.is_object() && !is_parameter_of_fhir(node)) return offer({.naming = Naming::malformed});
    if (node.is_object()) judge(node, place);
  }

  // A part of one that says whom it is about is about that one.
  [[nodiscard]] std::string_view parameter_of(const json& node, const Place& place) const {
    const std::string_view outer = open_.empty() ? std::string_view() : open_.back().parameter;
    if (place.name == "resource") return {};
    return node.is_object() && is_parameter(place.name) && !names_whom(outer) ? text_view_member(node, "name") : outer;
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
    const bool value = is_parameter(place.of) && place.name.starts_with("value");
    if (const auto mention =
            value ? named_by(open_.back().parameter, place.name, object, base_) : mention_in(object, place.name, base_))
      offer(*mention);
  }

  void text_at(const Frame& frame, std::string_view name, std::string_view text) {
    if (is_value(frame, name))
      each_named(frame.parameter, text, base_, [this](const Mention& mention) { offer(mention); });
    else if (may_be_address(name, frame.name))
      address(name, text);
  }

  // A parameter of an operation may name its patient by the id alone.
  static bool is_value(const Frame& frame, std::string_view name) {
    return is_parameter(frame.name) && name.starts_with("value");
  }

  // A text that is an address: only where it is one of a patient or of a record here. What stands at a fullUrl is in
  // the Bundle itself.
  void address(std::string_view name, std::string_view text) {
    const auto mention = mention_at(text, base_);
    if (mention && (name != "fullUrl" || mention->naming == Naming::patient)) offer(*mention);
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

std::vector<const json*> elements_at(const json& resource, std::string_view path) {
  std::vector<const json*> found;
  if (!path.empty()) collect(resource, path, found);
  return found;
}

std::optional<Refused> first_refused(const json& resource, const BaseUrl& base,
                                     const std::function<bool(const Mention&)>& accepts, std::string_view unlinked) {
  return Walk(resource, base, accepts, unlinked).run();
}

}  // namespace wardend::fhir
