#include "daemon/launch/refusal.hpp"

#include <array>
#include <cstddef>

namespace wardend::launch {
namespace {

constexpr std::string_view from_ehr = "Launch the app from the EHR or its own menu.";
constexpr std::string_view not_begun = "The launch did not begin";

// In the order of Refusal.
constexpr std::array texts = {
    RefusalText{405, "method", not_begun, "This address only takes what a browser opens.", from_ehr,
                "Only GET is answered here."},
    RefusalText{503, "loaded_ahead", not_begun, "The browser asked for this page before anybody opened it.", from_ehr,
                "A prefetch begins nothing and spends nothing."},
    RefusalText{403, "unknown_user", not_begun, "This workstation cannot tell who opened this page.", from_ehr,
                "The kernel does not name the user of this connection."},
    RefusalText{403, "localhost", not_begun,
                "The EHR opened the app by an address that this workstation does not take.",
                "Tell IT the reference below.",
                "The address has localhost in it. Register http://127.0.0.1 with the same port and path at the EHR: "
                "another program may answer to the name localhost."},
    RefusalText{403, "other_host", not_begun, "This page was opened by an address that is not its own.", from_ehr,
                "Host must be 127.0.0.1 or [::1] with the port of wardend. Register http://127.0.0.1 at the EHR."},
    RefusalText{403, "framed", not_begun, "The EHR opened the app inside another page, where nobody can sign in.",
                "Tell IT the reference below.",
                "Have the EHR open the launch address in a tab or a window of its own, not in a frame."},
    RefusalText{403, "in_background", not_begun, "A web page asked for this address in the background.", from_ehr,
                "Only a navigation of the browser is answered here (Sec-Fetch-Mode, Sec-Fetch-Dest)."},
    RefusalText{404, "stray", "Nothing to open here", "The EHR opens addresses like this one to launch apps.", from_ehr,
                ""},
    RefusalText{404, "unknown_app", not_begun, "No such app is set up on this workstation.",
                "Ask IT to check the EHR's launch address.", "The launch address ends with the id of an [[app]]."},
    RefusalText{404, "misspelt_app", not_begun, "The EHR's launch address is not quite right.",
                "Tell IT the reference below.", ""},
    RefusalText{403, "app_disabled", "The app is switched off", "This app is switched off on this workstation.",
                "Ask IT when it will be back.", "The app is switched off."},
    RefusalText{503, "users_unknown", not_begun, "This workstation cannot look up who you are right now.",
                "Launch the app again in a minute.", "The user directory did not answer in time."},
    RefusalText{403, "not_for_user", not_begun, "This app is not set up for you.",
                "Ask IT to add you to the app's users.", "No [[app.peer]] of the app names this user."},
    RefusalText{400, "incomplete_launch", not_begun, "The EHR did not say what it launched the app for.",
                "Launch the app from the EHR again.", "The launch address needs iss and launch, each once."},
    RefusalText{403, "locked", not_begun, "The workstation is locked.", "Unlock it, then launch the app again.",
                "The user's login session is locked, or was not yet seen unlocked."},
    RefusalText{403, "no_desktop", not_begun, "This workstation finds no desktop of yours, or more than one.",
                "Close the other desktop sessions of yours, then launch the app again.",
                "A launch needs one active, unlocked login session of the user at a seat."},
    RefusalText{404, "over", "The launch is over", "This launch is over.", "Launch the app again.",
                "The launch has ended, or its ten minutes are over."},
    RefusalText{403, "other_user", not_begun, "This launch belongs to another user.", "Launch the app yourself.",
                "The launch was begun by another Unix user."},
    RefusalText{403, "locked_since", "The launch did not finish", "The workstation was locked after this launch began.",
                "Launch the app again.", "The epoch in which the launch began has ended."},
    RefusalText{400, "no_launch", "The launch did not finish",
                "This sign-in belongs to no launch, or was used already.", "Launch the app again.",
                "The state of the redirect is unknown or spent. It ends no launch: the browser does not show that a "
                "launch under way is its own."},
    RefusalText{403, "other_browser", "The launch did not finish", "This sign-in was begun in another browser.",
                "Launch the app again, and stay in one browser.",
                "The redirect came without the cookie of its launch, or from another Unix user."},
    RefusalText{410, "session_over", "The session is over", "The session has ended already.", "Launch the app again.",
                "The session was cleared, or its app was taken out, before this page was made."},
};
static_assert(texts.size() == static_cast<std::size_t>(Refusal::session_over) + 1);

}  // namespace

RefusalText text_of(Refusal refusal) { return texts[static_cast<std::size_t>(refusal)]; }

}  // namespace wardend::launch
