/// What a look at a signal found.
package enum SignalReading: Sendable, Hashable {
    /// A number to compare with the plan's limit.
    case measured(Measurement)
    /// The signal itself says whether to hold; the text says why.
    case judged(holds: Bool, String)
    /// Nothing is known, which holds.
    case unmeasurable(Unmeasurable)

    /// A number that is known exactly, in seconds, bytes or a count; the text reads `12.3 s behind on standby1`.
    package static func measured(_ value: Double, _ text: String) -> SignalReading {
        .measured(Measurement(value, text))
    }

    /// Nothing is known, for a reason that is no lack of privileges.
    package static func unmeasurable(_ reason: String) -> SignalReading {
        .unmeasurable(Unmeasurable(reason: reason, lacksPrivilege: false))
    }

    /// Nothing is known, because the role may not see it.
    package static func unprivileged(_ reason: String) -> SignalReading {
        .unmeasurable(Unmeasurable(reason: reason, lacksPrivilege: true))
    }

    /// A number, or the bounds that a role without privileges can tell.
    package struct Measurement: Sendable, Hashable {
        /// The value is known to be at least this.
        package var least: Double
        /// The value is known to be at most this.
        package var most: Double
        /// The whole that a limit in percent refers to.
        package var total: Double?
        /// What was measured, for people.
        package var text: String
        /// What the role does not see, where `least` and `most` differ.
        package var hidden: String

        package init(_ value: Double, of total: Double? = nil, _ text: String) {
            self.init(least: value, most: value, of: total, text, hidden: "")
        }

        package init(least: Double, most: Double, of total: Double? = nil, _ text: String, hidden: String) {
            self.least = least
            self.most = most
            self.total = total
            self.text = text
            self.hidden = hidden
        }
    }

    /// Why nothing is known.
    package struct Unmeasurable: Sendable, Hashable {
        package var reason: String
        /// Whether membership in `pg_monitor` would help.
        package var lacksPrivilege: Bool

        package init(reason: String, lacksPrivilege: Bool) {
            self.reason = reason
            self.lacksPrivilege = lacksPrivilege
        }
    }
}
