import Testing

@testable import SQL

/// How the statements of PL/pgSQL are told apart.
@Suite struct PLpgSQLReaderTests {
    /// All statements of the language, and a last one that shows that they were read through.
    @Test func `a body of all statements is followed to its end`() {
        let body = #"""
            #print_strict_params on
            <<outer_block>>
            DECLARE
              a int NOT NULL DEFAULT 1; b CONSTANT text COLLATE "C" := CASE WHEN true THEN 'x' ELSE 'y' END;
              c CURSOR (k int) FOR SELECT id FROM person WHERE id = k; d NO SCROLL CURSOR FOR SELECT 1;
              e numeric(10, 2)[] := '{}'; f person.name%TYPE; g ALIAS FOR $1; h refcursor; "Odd name" record; r person;
            BEGIN
              <<big>>
              LOOP
                EXIT big WHEN a > 3; CONTINUE WHEN a = 2; a := a + 1;
              END LOOP big;
              WHILE a < 10 LOOP a = a + 1; END LOOP;
              FOR i IN REVERSE 10..1 BY 2 LOOP NULL; END LOOP;
              FOR "Odd name" IN c(3) LOOP RAISE NOTICE 'x % %', a, b; END LOOP;
              FOR "Odd name" IN EXECUTE 'SELECT 1' USING a LOOP NULL; END LOOP;
              FOREACH a SLICE 0 IN ARRAY ARRAY[1, 2] LOOP e[1] := a; END LOOP;
              IF NOT FOUND THEN NULL; ELSIF a IN (SELECT id FROM job) THEN NULL; ELSEIF b = 'x' THEN NULL; ELSE NULL; END IF;
              CASE WHEN a = 1 THEN NULL; ELSE NULL; END CASE;
              CASE a + 1 WHEN 1, 2 THEN NULL; WHEN 3 THEN BEGIN NULL; END; END CASE;
              SELECT CASE WHEN p.id = 1 THEN 'a' END, p.id INTO STRICT f, r.id FROM person p;
              WITH n AS (SELECT 1 AS id) INSERT INTO person (id) SELECT id FROM n
                ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id INTO a;
              EXECUTE 'SELECT 1' INTO a USING b, a; EXECUTE format('SELECT %L', b);
              OPEN h FOR SELECT id FROM person; OPEN h FOR EXECUTE 'SELECT 1'; OPEN c(3); FETCH NEXT FROM h INTO a; MOVE h; CLOSE h;
              GET DIAGNOSTICS a = ROW_COUNT; PERFORM pg_sleep(0); CALL p(a); ASSERT a > 0, 'no'; COMMIT AND CHAIN;
              r.name := (SELECT max(j.title) FROM job j); DELETE FROM person WHERE CURRENT OF c;
              RAISE EXCEPTION USING errcode = '22000', message = 'x;y'; RAISE;
              BEGIN
                NULL;
              EXCEPTION
                WHEN unique_violation OR SQLSTATE '22012' THEN GET STACKED DIAGNOSTICS b = MESSAGE_TEXT; RETURN NEXT;
                WHEN OTHERS THEN RETURN QUERY EXECUTE 'SELECT 1' USING a; RETURN NEXT a; RETURN;
              END;
              PERFORM title FROM person, job;
            END outer_block;
            """#
        let function = ImpactReader.Function(
            language: .plpgsql,
            name: "f",
            body: body,
            variables: [],
            result: .others,
            rows: []
        )
        let line = body.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        #expect(
            ImpactReaderTests.effects(
                ImpactReader(ImpactReaderTests.table, path: ImpactReaderTests.path).impacts(on: function)
            )
                == ["\(line) ambiguous title = job.title"]
        )
    }

    @Test(arguments: [
        "begin", "begin null end", "begin if true null; end if; end", "begin loop null; end; end", "select 1",
        "begin null; end; begin null; end", "begin x := (1; end", "declare x begin null; end",
        "begin case 1 when 1 then null; end; end", "begin 'oh' end", "",
    ])
    func `a body that breaks off is not read`(_ body: String) {
        #expect(PLpgSQLReader.read(body, variables: []) == nil)
    }

    @Test func `a variable is known in its own block, from the inside out`() throws {
        let body =
            "declare a int; begin declare b text; begin perform 10; end; for i in 1..2 loop perform 20; end loop; end"
        let read = try #require(PLpgSQLReader.read(body, variables: [BodyVariable(name: "p", type: [])]))
        let names = Dictionary(
            uniqueKeysWithValues: read.fragments.map { ($0.text, $0.variables.map(\.name)) }
        )
        #expect(names["SELECT 10"] == ["b", "a", "p"])
        #expect(names["SELECT 20"] == ["i", "a", "p"])
    }
}
