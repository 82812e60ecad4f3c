{{ union_of(names=['orders_web']) }}
