// The application of the example stack: every visit of / writes a row to PostgreSQL and shows the last ones, /health
// tells whether the database answers. SIGTERM lets requests finish. Configured as .NET applications are, by
// ConnectionStrings__Default (Host=;Port=;Database=;Username=;Password=) and ASPNETCORE_HTTP_PORTS.
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Net;
using System.Text;
using System.Threading;
using Mono.Unix;
using Mono.Unix.Native;

public static class App {
    const int kDrainSeconds = 10;
    static int running_;

    public static int Main() {
        var port = Environment.GetEnvironmentVariable("ASPNETCORE_HTTP_PORTS") ?? "8080";
        var text = Environment.GetEnvironmentVariable("ConnectionStrings__Default");
        if (string.IsNullOrEmpty(text)) {
            Console.Error.WriteLine("ConnectionStrings__Default is not set");
            return 2;
        }
        var visits = new Visits(text);
        var listener = new HttpListener();
        listener.Prefixes.Add("http://*:" + port + "/");
        listener.Start();
        Console.WriteLine("listening on port " + port);
        new Thread(() => Accept(listener, visits)) { IsBackground = true }.Start();

        UnixSignal.WaitAny(new[] { new UnixSignal(Signum.SIGTERM), new UnixSignal(Signum.SIGINT) });
        Console.WriteLine("stopping: waiting for the requests under way");
        for (var i = 0; i < kDrainSeconds * 20 && Volatile.Read(ref running_) > 0; i++) Thread.Sleep(50);
        return 0;
    }

    static void Accept(HttpListener listener, Visits visits) {
        for (;;) {
            var context = listener.GetContext();
            Interlocked.Increment(ref running_);
            ThreadPool.QueueUserWorkItem(_ => {
                try {
                    Answer(context, visits);
                } catch (Exception error) {
                    Console.Error.WriteLine("request failed: " + error.Message);
                    Fail(context);
                } finally {
                    Interlocked.Decrement(ref running_);
                }
            });
        }
    }

    static void Answer(HttpListenerContext context, Visits visits) {
        switch (context.Request.Url.AbsolutePath) {
            case "/health":
                var trouble = visits.Trouble();
                Send(context, trouble == null ? 200 : 503, "text/plain", trouble == null ? "Healthy\n" : "Unhealthy: " + trouble + "\n");
                break;
            case "/":
                var rows = visits.Record(context.Request.UserHostName ?? "");
                Send(context, 200, "text/html; charset=utf-8", Page(rows));
                break;
            default:
                Send(context, 404, "text/plain", "not found\n");
                break;
        }
    }

    static void Fail(HttpListenerContext context) {
        try {
            Send(context, 500, "text/plain", "the database does not answer\n");
        } catch (Exception) {
            context.Response.Abort();  // the answer had begun, or nobody waits for it
        }
    }

    static string Page(List<string[]> rows) {
        var page = new StringBuilder("<!doctype html><meta charset=utf-8><title>dotnet-app</title><h1>It works</h1>\n");
        page.Append("<p>This page wrote row <b id=row>" + rows[0][0] + "</b> to PostgreSQL. The last ones:</p>\n<ul>\n");
        foreach (var row in rows)
            page.Append("<li>row " + row[0] + ", " + row[1] + ", asked for " + WebUtility.HtmlEncode(row[2]) + "</li>\n");
        return page.Append("</ul>\n").ToString();
    }

    static void Send(HttpListenerContext context, int status, string type, string text) {
        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength64 = bytes.Length;
        if (context.Request.HttpMethod != "HEAD") context.Response.OutputStream.Write(bytes, 0, bytes.Length);
        context.Response.Close();
    }
}

// The table of visits, and the connections that wait for the next request.
public sealed class Visits {
    readonly Dictionary<string, string> where_ = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
    readonly ConcurrentBag<Postgres> idle_ = new ConcurrentBag<Postgres>();

    public Visits(string connectionString) {
        foreach (var part in connectionString.Split(';')) {
            var equals = part.IndexOf('=');
            if (equals > 0) where_[part.Substring(0, equals).Trim()] = part.Substring(equals + 1).Trim();
        }
    }

    // Null when the database answers.
    public string Trouble() {
        try {
            With(database => database.Run("select 1"));
            return null;
        } catch (Exception error) {
            return error.Message;
        }
    }

    public List<string[]> Record(string host) {
        return With(database => {
            database.Run("insert into visits (host) values ($1)", host);
            return database.Run("select id, to_char(seen, 'YYYY-MM-DD HH24:MI:SS'), host from visits order by id desc limit 5");
        });
    }

    // A connection that was kept may have died with its server; a new one tells whether that is still so.
    T With<T>(Func<Postgres, T> use) {
        Postgres database;
        while (idle_.TryTake(out database)) {
            try {
                database.Run("select 1");
                return UseAndKeep(database, use);
            } catch (Exception) {
                database.Dispose();
            }
        }
        return UseAndKeep(Open(), use);
    }

    T UseAndKeep<T>(Postgres database, Func<Postgres, T> use) {
        var result = use(database);
        idle_.Add(database);
        return result;
    }

    Postgres Open() {
        var database = new Postgres(where_["Host"], int.Parse(Value("Port", "5432")), where_["Database"], where_["Username"], Value("Password", ""));
        lock (where_) database.Run("create table if not exists visits (id bigserial primary key, seen timestamptz not null default now(), host text not null)");
        return database;
    }

    string Value(string name, string otherwise) {
        string value;
        return where_.TryGetValue(name, out value) ? value : otherwise;
    }
}
