package dev.together.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;

import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

import dev.together.http.RestFailure;
import dev.together.identity.Caller;
import dev.together.rest.RowStore.Rows;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;

/** The three tables as supabase-js reads them; nobody finds anything but what they take part in. */
@Path("/rest/v1")
class TableApi {

    private static final String SCHEMA = "public";

    private final TableReader reader;

    TableApi(TableReader reader) {
        this.reader = reader;
    }

    @GET
    @Path("/{table}")
    public Uni<RestResponse<String>> read(@PathParam("table") String name, @Context HttpServerRequest request,
            @Context ContainerRequestContext context) {
        return answer(name, request, context, true);
    }

    /** The same without the rows: how many there are. */
    @HEAD
    @Path("/{table}")
    public Uni<RestResponse<String>> count(@PathParam("table") String name, @Context HttpServerRequest request,
            @Context ContainerRequestContext context) {
        return answer(name, request, context, false);
    }

    private Uni<RestResponse<String>> answer(String name, HttpServerRequest request, ContainerRequestContext context,
            boolean isShown) {
        requireSchema(context.getHeaderString("accept-profile"));
        var type = MediaTypes.of(context);
        var preferences = Preferences.of(context);
        var table = Table.named(name).orElseThrow(() -> RestRefusal.unknownTable(name));
        var query = QueryParser.parse(table, QueryParser.parameters(request.query()));
        ContentRange.apply(context.getHeaderString("range"), query);
        return reader.read(query, Caller.of(context), preferences.isCounted(), isShown)
                .map(rows -> answer(query, rows, type, preferences));
    }

    private static RestResponse<String> answer(Query query, Rows rows, MediaTypes type, Preferences preferences) {
        var range = new ContentRange(query.offset, rows.shown(), rows.total());
        int status = range.status();
        var answer = ResponseBuilder.<String> create(status).header("Content-Range", range.toString())
                .header(HttpHeaders.CONTENT_TYPE, type.contentType()).entity(body(rows, type));
        var applied = preferences.applied();
        return (applied.isEmpty() ? answer : answer.header("Preference-Applied", applied)).build();
    }

    private static String body(Rows rows, MediaTypes type) {
        if (type == MediaTypes.LIST) {
            return rows.body();
        }
        if (rows.found() != 1) {
            throw RestRefusal.notOne(rows.found());
        }
        return rows.body().substring(1, rows.body().length() - 1);
    }

    private static void requireSchema(@Nullable String profile) {
        if (profile != null && !profile.equals(SCHEMA)) {
            throw new RestFailure(406, "PGRST106", "Invalid schema: " + profile, null,
                    "Only the following schemas are exposed: " + SCHEMA);
        }
    }
}
