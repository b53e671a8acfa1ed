import SQL

extension String {
    /// The text as a string constant; it came from a server, which holds no NUL.
    var literal: String {
        (try? Literal(self))?.quoted ?? "''"
    }
}

extension [String] {
    /// ` WITH (a, b)` or nothing.
    var withClause: String { isEmpty ? "" : " WITH (\(storageList))" }

    /// Storage parameters, stored as `name=value`, with each value as a constant.
    var storageList: String {
        map { option in
            let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return option }
            return "\(parts[0])=\(String(parts[1]).literal)"
        }.joined(separator: ", ")
    }

    /// The names alone.
    private var storageNames: [String] { map { String($0.prefix { $0 != "=" }) } }

    /// The statements that lead from the storage parameters `old` to these; `target` is such as `ALTER TABLE "t"`.
    func storageSteps(from old: [String], _ target: String) -> [Step] {
        var steps: [Step] = []
        let gone = old.storageNames.filter { !storageNames.contains($0) }
        if !gone.isEmpty { steps.append(Step("\(target) RESET (\(gone.joined(separator: ", ")))")) }
        let changed = filter { !old.contains($0) }
        if !changed.isEmpty { steps.append(Step("\(target) SET (\(changed.storageList))")) }
        return steps
    }
}
