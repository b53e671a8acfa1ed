import Foundation
import Workflow

extension Remark {
    /// One object with the time, the kind of event, and what belongs to that kind.
    func json(at date: Date) -> JSON {
        let members: [(name: String, value: JSON)] =
            switch self {
            case .phase(let phase, let what):
                [("event", .string("phase")), ("phase", .string(phase.rawValue)), ("message", .string(what))]
            case .step(let title): [("event", .string("step")), ("step", .string(title))]
            case .progress(let progress): [("event", .string("progress")), ("backfill", progress.json)]
            case .notice(let text): [("event", .string("notice")), ("message", .string(text))]
            case .waiting(let gate): [("event", .string("waiting")), ("gate", gate.json)]
            case .blocked(let step, let holders, let pause):
                [
                    ("event", .string("blocked")),
                    ("step", .string(step)),
                    ("heldBy", .array(holders.map(JSON.string))),
                    ("retryInSeconds", .init(pause > .zero ? pause.seconds : nil, decimals: 3)),
                ]
            }
        return .object([("at", .init(date))] + members)
    }
}
