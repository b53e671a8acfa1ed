import Workflow

extension Brownout {
    /// The same object in `status`, in what `brownout` answers, and in the record of a run.
    var json: JSON {
        .object([
            ("outcome", .init(outcome?.rawValue)),
            ("seconds", .init(duration.seconds, decimals: 3)),
            ("begunAt", .init(begunAt)),
            ("retiredAt", .init(retiredAt)),
            ("until", .init(until)),
            ("endedAt", .init(endedAt)),
            ("rollbacks", .init(rollbacks)),
            ("sightings", .array(sightings.map(\.json))),
        ])
    }
}

extension Brownout.Sighting {
    fileprivate var json: JSON {
        .object([
            ("role", .string(role)),
            ("applicationName", .string(applicationName)),
            ("client", .init(client)),
            ("query", .string(query)),
            ("seenAt", .init(seenAt)),
        ])
    }
}
