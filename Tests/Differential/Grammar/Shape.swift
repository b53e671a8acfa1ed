import SQL

/// A random table: what it has, and what everything is called.
struct Shape: Sendable {
    let kind: Kind
    let subject: Subject
    var features: Set<Feature>
    var names: Names

    static func random(_ random: inout RandomSource, kinds: [Kind]) -> Shape {
        let kind = random.one(of: kinds)
        let subject = random.one(of: kind.subjects)
        let features = Feature.allCases.filter { random.happens($0.probability) }
        let names = Names.random(&random, probability: random.one(of: [0, 0.15, 0.4]))
        return Shape(kind: kind, subject: subject, features: Set(features), names: names)
    }

    /// Whether it has a feature that goes with the kind and with its other features.
    func has(_ feature: Feature) -> Bool {
        guard features.contains(feature) else { return false }
        if kind.isCrossTable, !Feature.besideOtherTable.contains(feature) { return false }
        let isPartitioned = features.contains(.listPartitions) || features.contains(.hashPartitions)
        let hasSubject = !subject.old.isEmpty
        let isColumn = kind == .renameColumn || kind == .changeType
        switch feature {
        case .identityAlways: return !features.contains(.noPrimaryKey) && !isPartitioned
        case .identityByDefault: return !has(.identityAlways) && !isPartitioned
        case .serialKey: return !has(.identityAlways) && !has(.identityByDefault)
        case .noPrimaryKey: return !features.contains(.deferrableKey)
        case .hashPartitions: return !features.contains(.listPartitions)
        case .required: return hasSubject && subject.fill == nil && subject.canBeRequired
        case .constantDefault: return hasSubject && subject.fill == nil
        case .madeDefault: return kind == .renameColumn && subject.old[0].type == "integer" && !has(.constantDefault)
        case .uniqueSubject, .uniquePair, .partialUnique:
            return isColumn && subject.isComparable && subject.canBeUnique && !features.contains(.hashPartitions)
        case .uniqueDeferrable, .uniqueDeferred: return has(.uniqueSubject)
        case .plainIndex, .checkSubject:
            return isColumn && subject.isComparable && (feature == .plainIndex || subject.carries)
        case .generatedFromSubject: return hasSubject && subject.isText && subject.fill == nil
        case .normaliseSubject: return hasSubject && subject.isText
        case .fillSubject: return hasSubject && subject.fill == nil
        case .protectSubject, .auditOfColumn, .columnList: return hasSubject
        case .whenChanged: return hasSubject && subject.fill == nil && subject.isComparable
        case .policyOnSubject: return hasSubject && subject.fill == nil
        case .statistics: return isColumn && subject.isComparable
        case .exclusion: return kind == .renameColumn && subject.isComparable && !isPartitioned
        case .materializedView: return kind == .renameColumn
        case .parsedFunction: return kind == .renameColumn || (kind == .changeType && subject.carries)
        case .subjectReferences: return isColumn && subject.isComparable && subject.carries && !isPartitioned
        case .subjectReferencesSetNull: return has(.subjectReferences) && takesNull
        case .subjectIsReferenced: return has(.uniqueSubject) && !isPartitioned && subject.carries
        case .uniqueNote, .uniqueNoteDeferred: return !isPartitioned
        case .childCascade, .childSetNull, .childRestrict:
            return !has(.compositeKey) && !features.contains(.listPartitions) && !has(.deferrableKey)
        case .viewOfView: return has(.view)
        case .columnGrants:
            return !features.contains(.byOwner) && kind != .mergeColumns && kind != .splitColumn
                && kind != .addRequiredColumn
        case .policy: return true
        default: return true
        }
    }

    /// Whether the old columns may hold NULL.
    var takesNull: Bool { subject.takesNull && !has(.required) }

    // MARK: - Names

    /// A name in quotes; the schema is left out where it is `public`.
    func quoted(_ slot: Slot) throws -> String {
        let name = try names.identifier(slot)
        return name.quoted
    }

    /// A relation, with its schema where the search path of a trigger may not name it.
    func relation(_ slot: Slot) throws -> String { "\(try quoted(.schema)).\(try quoted(slot))" }

    func text(_ value: String?) throws -> String { try value.map { try Literal($0).quoted } ?? "NULL" }

    /// Text of a plan with its names in place.
    func planText(_ text: String) throws -> String {
        var text = text.replacing("$schema", with: escaped(try quoted(.schema)))
        for (mark, table, column) in [("$far", Slot.parent, Slot.otherKey), ("$near", .table, .key)] where kind.isLink {
            text = text.replacing(mark, with: "\"\(escaped("\(try relation(table)).\(try quoted(column))"))\"")
        }
        for (mark, slot) in [("$nameOfParent", Slot.parent), ("$nameOfTable", .table)] {
            text = text.replacing(mark, with: "\"\(escaped(try names.identifier(slot).name))\"")
        }
        for slot in Slot.allCases {
            text = text.replacing(":\(slot.rawValue)", with: escaped(try quoted(slot)))
            let name = try names.identifier(slot)
            let isWithSchema =
                slot == .table || ([.target, .parent].contains(slot) && (kind == .moveColumns || kind.isLink))
            let spelled =
                isWithSchema
                ? QualifiedName(schema: try names.identifier(.schema), name: name).description : name.name
            text = text.replacing("$\(slot.rawValue)", with: "\"\(escaped(spelled))\"")
        }
        return text
    }

    private func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\t", with: "\\t")
    }

    /// The plan, with phases that wait for nothing.
    func plan(named name: String) throws -> String {
        let findings = [
            "user-triggers", "row-security", "wider-rights", "unconvertible", "view-limits", "column-rights",
            "not-carried",
            "spans", "publications", "explicit-null", "created-rows", "old-action", "unchecked-links", "lossy-check",
            "lost-default", "unique-null", "new-name", "row-shape", "unread-body", "row-size",
        ]
        let bodies = namesSubjectInFunctions ? [] : ["function-bodies"]
        return """
            version: 1
            name: \(name)
            change:
              \(kind.rawValue): \(try planText(subject.section))
            acknowledge: [\((findings + bodies).joined(separator: ", "))]
            phases:
              backfill: {workers: 1, latency_budget: off}
              dual_write_check: {observe: 0s, min_writes: 0}
              contract: {retain: \(has(.keepsOldShape) ? "7d" : "0s"), requires: []}

            """
    }

    /// Whether functions of the application name the old columns, so that contract waits for somebody to change them.
    var namesSubjectInFunctions: Bool {
        [.auditOfColumn, .normaliseSubject, .fillSubject, .protectSubject].contains { has($0) }
    }
}
