/// A type with a list of labels.
package struct EnumType: SchemaObject {
    package var labels: [String]

    package init(labels: [String]) {
        self.labels = labels
    }

    package var keyword: String { "TYPE" }

    package func creation(of id: ObjectID) -> [Step] {
        [Step("CREATE TYPE \(id.quoted) AS ENUM (\(labels.map(\.literal).joined(separator: ", ")))")]
    }

    /// Labels can be added at any place; for one to go, the type has to be made again.
    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        guard labels.filter(old.labels.contains) == old.labels else { return .replacement }
        var steps: [Step] = []
        for (place, label) in labels.enumerated() where !old.labels.contains(label) {
            // The labels before this one are there already; before the first one stands what was the first.
            let position =
                place > 0
                ? " AFTER \(labels[place - 1].literal)"
                : old.labels.first.map { " BEFORE \($0.literal)" } ?? ""
            steps.append(Step("ALTER TYPE \(id.quoted) ADD VALUE \(label.literal)\(position)", stage: .apart))
        }
        return .inPlace(steps)
    }
}
