import Foundation
import Workflow

/// What a hook is told in one call.
struct HookMessage: Sendable {
    /// `before`, or what the hook listens to.
    let event: String
    let plan: PlanName
    /// A phase, or `purge`; nil for a check that belongs to no phase.
    let phase: String?
    let at: Date
    let actor: String
    let role: String
    let message: String
    /// Nil for what is asked before a phase: the log has nothing of it yet.
    var eventID: Int64?
    var gate: Gate?

    /// The version of this form.
    private static let version = 1

    var json: JSON {
        .object([
            ("version", .integer(Self.version)),
            ("event", .string(event)),
            ("plan", .string(plan.text)),
            ("phase", .init(phase)),
            ("at", .init(at)),
            ("actor", .string(actor)),
            ("role", .string(role)),
            ("message", .string(message)),
            ("eventId", .init(eventID)),
            ("gate", .init(gate, \.json)),
        ])
    }

    /// The same for scripts that read no JSON; a system limits how long a variable may be.
    var environment: [String: String] {
        [
            "CROSSFADE_PLAN": plan.text,
            "CROSSFADE_EVENT": event,
            "CROSSFADE_PHASE": phase ?? "",
            "CROSSFADE_EVENT_ID": eventID.map { String($0) } ?? "",
            "CROSSFADE_MESSAGE": String(message.prefix(10_000)),
        ]
    }
}
