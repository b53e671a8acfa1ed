import Diagnostics
import TestSupport
import Testing
import YAML

@Suite struct CursorTests {
    /// Reads a marked text, and tells what was found wrong in it.
    private func findings(
        _ text: String,
        homes: [String: [String]] = [:],
        read: (Cursor) throws -> Void
    ) throws -> [String] {
        let marked = MarkedText(text)
        let document = Document(parsing: marked.source)
        let reading = Reading(document.diagnostics, homes: homes)
        try read(Cursor(#require(document.root), reading))
        #expect(marked.unused(by: reading.diagnostics).isEmpty)
        return marked.findings(of: reading.diagnostics)
    }

    @Test func `values are read as what is asked for`() throws {
        let found = try findings("n: 12\nb: true\nt: '12'\nl: [x, y]\nm: {k: v}\n") { cursor in
            var mapping = try #require(cursor.mapping())
            #expect(mapping.required("n")?.integer() == 12)
            #expect(mapping.required("b")?.boolean() == true)
            #expect(mapping.optional("t")?.text()?.text == "12")
            #expect(mapping.optional("l")?.list()?.compactMap { $0.text()?.text } == ["x", "y"])
            var inner = try #require(mapping.required("m")?.mapping())
            #expect(inner.required("k")?.path == "m.k")
            #expect(mapping.optional("absent") == nil)
            inner.finish()
            mapping.finish()
        }
        #expect(found.isEmpty)
    }

    @Test func `what a value is not is told under the value`() throws {
        let found = try findings("n: 1️⃣'1'\nb: 2️⃣yes\nt: 3️⃣[x]\nl: [4️⃣{}]\nm: 5️⃣x\n") { cursor in
            var mapping = try #require(cursor.mapping())
            #expect(mapping.required("n")?.integer() == nil)
            #expect(mapping.required("b")?.boolean() == nil)
            #expect(mapping.required("t")?.text() == nil)
            #expect(mapping.required("l")?.list()?.first?.text() == nil)
            #expect(mapping.required("m")?.mapping() == nil)
            mapping.finish()
        }
        #expect(
            found == [
                "1️⃣ [plan.wrong-type] 'n' must be a whole number, not a text",
                "2️⃣ [plan.wrong-type] 'b' must be true or false, not 'yes'",
                "3️⃣ [plan.wrong-type] 't' must be a text, not a list",
                "4️⃣ [plan.wrong-type] an entry of 'l' must be a text, not a mapping",
                "5️⃣ [plan.wrong-type] 'm' must be a mapping of keys to values, not 'x'",
            ]
        )
    }

    @Test func `a key without a value, and one that is missing, are told at the key`() throws {
        let found = try findings("m:\n  1️⃣a:\nl:\n-2️⃣ \n") { cursor in
            var mapping = try #require(cursor.mapping())
            var inner = try #require(mapping.required("m")?.mapping())
            #expect(inner.required("a") == nil)
            inner.finish()
            #expect(mapping.required("l")?.list()?.first?.integer() == nil)
            mapping.finish()
        }
        #expect(
            found == [
                "1️⃣ [plan.missing-value] 'a' has no value",
                "2️⃣ [plan.missing-value] an entry of 'l' has no value",
            ]
        )
    }

    @Test func `a key that nobody asked for is unknown, with what may have been meant`() throws {
        let found = try findings("1️⃣colum: a\n2️⃣xyz: b\ntable: c\n") { cursor in
            var mapping = try #require(cursor.mapping())
            _ = mapping.required("table")
            _ = mapping.required("column")
            mapping.finish()
        }
        // The misspelt key stands for the missing one: 'column' is not told a second time.
        #expect(
            found == [
                "1️⃣ [plan.unknown-key] unknown key 'colum'", "  fix: did you mean 'column'?",
                "2️⃣ [plan.unknown-key] unknown key 'xyz'",
            ]
        )
    }

    @Test func `missing keys are told under the key of their section`() throws {
        let found = try findings("1️⃣rename:\n  from: a\n") { cursor in
            var mapping = try #require(cursor.mapping())
            var inner = try #require(mapping.required("rename")?.mapping())
            _ = inner.required("from")
            _ = inner.required("to")
            inner.finish()
            mapping.finish()
        }
        #expect(found == ["1️⃣ [plan.missing-key] 'rename' lacks the key 'to'"])
    }

    @Test(arguments: [
        (["retain": ["phases.contract"]], "belongs under 'phases.contract'"),
        (["retain": [""]], "belongs at the top"),
        (["retain": ["a", "m.b"]], "belongs under 'm.b'"),
        (["retain": ["a", "b.c"]], "belongs under 'a' or under 'b.c'"),
        (["retain": ["a.x", "b.x", "c.x"]], "belongs under 'x'"),
    ])
    func `a key that is legal elsewhere is told where`(homes: [String: [String]], fix: String) throws {
        let found = try findings("m:\n  1️⃣retain: 1\n", homes: homes) { cursor in
            var mapping = try #require(cursor.mapping())
            var inner = try #require(mapping.required("m")?.mapping())
            _ = inner.optional("retains")
            inner.finish()
            mapping.finish()
        }
        #expect(found == ["1️⃣ [plan.unknown-key] unknown key 'retain'", "  fix: \(fix)"])
    }

    @Test func `a refused key is told once, and its value not looked at`() throws {
        let found = try findings("1️⃣later: [x]\na: 2️⃣*x\n") { cursor in
            var mapping = try #require(cursor.mapping())
            mapping.refuse("later", "plan.unsupported", "not yet")
            mapping.refuse("absent", "plan.unsupported", "not yet")
            #expect(mapping.required("a")?.integer() == nil)
            mapping.finish()
        }
        #expect(found.count == 3)
        #expect(found.first == "1️⃣ [plan.unsupported] not yet")
        #expect(found.contains("2️⃣ [yaml.alias] aliases are not used in a plan"))
    }
}
