/// One piece of work of an application.
enum Action: Sendable {
    /// Reads a profile.
    case read
    /// Writes the biography of a profile.
    case update
    /// Writes the biography of a user's profile, whether there is one or not.
    case upsert
    /// Writes another column of a profile.
    case touch
    /// Makes a user with a profile.
    case insert
    /// Makes a user with a profile that has no biography yet.
    case insertEmpty

    /// By chance, in the proportions of an ordinary application.
    static func any(for version: ApplicationVersion) -> Action {
        switch Int.random(in: 0..<100) {
        case ..<45: .read
        case ..<80: .update
        // The old version does it too: it must go on working as it always did.
        case ..<88: version == .dual ? .update : .upsert
        case ..<92: .touch
        case ..<98: .insert
        default: .insertEmpty
        }
    }
}
