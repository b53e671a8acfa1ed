package import Foundation

/// Why the next chunk does not begin.
package struct ThrottleReason: Sendable, Hashable {
    /// What sort of reason it is.
    package enum Kind: Sendable, Hashable {
        /// The signal is beyond its limit, or says so itself.
        case held
        /// The signal cannot be read, and nobody knows whether to hold.
        case unmeasurable
        /// The signal has not been read yet; over in a moment.
        case measuring
    }

    package var signal: Signal
    package var kind: Kind
    /// A clause for people, such as `12.3 s behind on standby1 (limit 10 s)`.
    package var text: String
    /// Since when it holds.
    package var since: Date

    package init(signal: Signal, kind: Kind, text: String, since: Date) {
        self.signal = signal
        self.kind = kind
        self.text = text
        self.since = since
    }

    /// Whether somebody has to see to it that the signal can be read.
    package var isUnmeasurable: Bool { kind == .unmeasurable }

    /// Whether it is only that the first reading is still to come.
    package var isMeasuring: Bool { kind == .measuring }
}
