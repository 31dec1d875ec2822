/** How the process behaves towards what surrounds it: the database's driver, readiness, shutdown. */
@NullMarked
@CheckReturnValue
package dev.together.ops;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
