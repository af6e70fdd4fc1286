declare const brand: unique symbol;

/** A structural type `T` that only values made for `Name` satisfy: a number that carries its unit or its space. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
