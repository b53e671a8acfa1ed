package import Diagnostics
package import Workflow

/// What `check` found in plans, and in the catalog where it was asked.
package struct CheckReport: Report {
    /// One plan file.
    package struct File: Sendable {
        /// Whether the plan could be run as it stands.
        package enum Verdict: String, Sendable {
            case valid
            /// The text is no plan.
            case invalid
            /// The plan is right, and the catalog is against it.
            case refused
        }

        /// As the person named it, or as found in the folder.
        package let path: String

        /// The plan's name; nil when the text is no plan.
        package let plan: String?

        /// What is wrong with the text.
        package let diagnostics: Diagnostics

        /// What the catalog says, without what the plan acknowledges; nil when it was not asked.
        package let findings: [Finding]?

        /// A file from its parts.
        package init(path: String, plan: String?, diagnostics: Diagnostics, findings: [Finding]?) {
            self.path = path
            self.plan = plan
            self.diagnostics = diagnostics
            self.findings = findings
        }

        /// A plan that only contract would stop is valid.
        package var verdict: Verdict {
            if diagnostics.hasErrors { return .invalid }
            let stops = findings?.contains { [.refused, .acknowledge].contains($0.weight) } ?? false
            return stops ? .refused : .valid
        }
    }

    /// In the order they were named, or by path.
    package let files: [File]

    /// Why the catalog was not asked; nil when it was.
    package let offline: String?

    /// A report from its parts.
    package init(files: [File], offline: String?) {
        self.files = files
        self.offline = offline
    }

    /// The exit status: mistakes in a plan come before what the catalog says.
    package var code: Failure.Code {
        if files.contains(where: { $0.verdict == .invalid }) { return .invalidPlan }
        return files.contains { $0.verdict == .refused } ? .closed : .done
    }
}

// MARK: - Text

extension CheckReport {
    /// The diagnostics and findings of each file, and a line that sums up.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        let isList = files.allSatisfy(\.isQuiet)
        for file in files {
            if !isList { page.blank() }
            file.write(to: &page)
        }
        if files.count > 1 || offline != nil { page.blank() }
        if files.count > 1 {
            let valid = files.count { $0.verdict == .valid }
            page.line("\(valid) of \(files.count.counted("plan")) can be run")
        }
        if let offline { page.line("the catalog was not asked: \(offline)") }
        return page.text
    }
}

extension CheckReport.File {
    /// Whether one line says everything.
    fileprivate var isQuiet: Bool { diagnostics.isEmpty && (findings ?? []).isEmpty }

    private var summary: String {
        switch verdict {
        case .valid: "\(plan ?? "the plan") is valid"
        case .invalid: diagnostics.all.count { $0.severity == .error }.counted("error")
        case .refused: "\(plan ?? "the plan") is valid, but the catalog is against it"
        }
    }

    fileprivate func write(to page: inout Page) {
        let style = page.style
        page.line("\(style.marked(verdict == .valid ? .done : .wrong)) \(path.harmless): \(summary)")
        for finding in findings ?? [] { finding.write(to: &page) }
        guard !diagnostics.isEmpty else { return }
        page.blank()
        let rendered = DiagnosticRenderer(color: style.isColored).render(diagnostics)
        page.append(rendered.hasSuffix("\n") ? String(rendered.dropLast()) : rendered)
    }
}

// MARK: - JSON

extension CheckReport {
    /// Diagnostics and findings apart, file by file.
    package var json: JSON {
        .object([
            ("plans", .array(files.map(\.json))),
            ("catalogAsked", .boolean(offline == nil)),
        ])
    }
}

extension CheckReport.File {
    fileprivate var json: JSON {
        .object([
            ("file", .string(path)),
            ("plan", .init(plan)),
            ("verdict", .string(verdict.rawValue)),
            ("diagnostics", .array(diagnostics.all.map(\.json))),
            ("findings", .init(findings) { .array($0.map(\.json)) }),
        ])
    }
}
