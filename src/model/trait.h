// What a field of the configuration model may be besides its type: given to fields() of a struct, read by the decoders
// and encoders in model/reflect.h.
//
// Every struct of the model lists its fields once:
//
//   struct AddPrefix {
//     std::string prefix;
//     bool operator==(const AddPrefix&) const = default;
//     static void fields(auto& field) { field("prefix", &AddPrefix::prefix); }
//   };
//
// The name is the one in YAML, JSON and Traefik's API; labels, flags and environment variables match it in any case.
// A fourth argument names the option in labels where that differs (loadBalancer.servers is `server` there).
#pragma once

namespace gatehouse::model::trait {

inline constexpr unsigned kBare = 1U << 0;         // `=true` or an empty value sets it, `=false` unsets it
inline constexpr unsigned kNotInLabels = 1U << 1;  // only files can set it
inline constexpr unsigned kLabelsOnly = 1U << 2;   // only labels can set it; not in the API either
inline constexpr unsigned kSensitive = 1U << 3;    // shown as *** by the API
inline constexpr unsigned kUnsupported = 1U << 4;  // decodes, and is reported: the edge or control does not do it yet
inline constexpr unsigned kInternal = 1U << 5;     // nobody can set it; passed between our own processes

}  // namespace gatehouse::model::trait
