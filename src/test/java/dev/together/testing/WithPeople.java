package dev.together.testing;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.vertx.core.json.JsonObject;

/** A test of the running application by people who use it. */
@QuarkusTestResource(TestDatabase.class)
public class WithPeople {

    @TestHTTPResource
    protected URI server;

    private final List<Person> people = new ArrayList<>();

    /** Somebody new. */
    protected Person person() {
        var person = new Person(server);
        people.add(person);
        return person;
    }

    /** Calls a function with the service key. */
    protected Answer service(String function, JsonObject request) {
        return Person.call(server, function, TestTokens.service(), request.encode());
    }

    @AfterEach
    void everybodyLeaves() {
        people.forEach(Person::close);
        people.clear();
    }
}
